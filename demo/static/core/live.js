// Keeps the server's answer up with the pen: newest ink wins, few calls in flight, retries by itself.
const IN_FLIGHT = 3;
const TIMEOUT = 5000; // ms; a call that takes longer counts as lost
const PAUSES = [250, 500, 1000, 2000]; // ms before asking again a server that does not answer

export class Live {
  // call(request) -> promise of a reply, undefined when it failed. onAnswer(reply), onStatus(kind, text).
  constructor(call, { onAnswer, onStatus }) {
    Object.assign(this, { call, onAnswer, onStatus });
    this.flying = 0;
    this.sequence = 0;
    this.newestAnswer = 0;
    this.waiting = null; // the newest request not sent yet
    this.failures = 0;
    this.retry = null;
    addEventListener('online', () => this.again());
  }

  ask(request) {
    this.waiting = request;
    this.send();
  }

  send() {
    // While the server is gone, one call at a time finds out whether it is back.
    const most = this.failures ? 1 : IN_FLIGHT;
    if (!this.waiting || this.flying >= most || this.retry) return;
    const request = { ...this.waiting, sequence: ++this.sequence };
    this.waiting = null;
    this.flying += 1;
    const late = new Promise((resolve) => setTimeout(resolve, TIMEOUT));
    Promise.race([this.call(request), late])
      .catch(() => undefined)
      .then((reply) => this.receive(request, reply));
  }

  receive(request, reply) {
    this.flying -= 1;
    if (!reply || typeof reply !== 'object') return this.fail(request);
    if (this.failures) this.onStatus('ready', 'Connected again.');
    this.failures = 0;
    if (reply.error) this.onStatus('error', reply.error);
    else if (reply.sequence > this.newestAnswer) {
      this.newestAnswer = reply.sequence;
      this.onAnswer(reply);
    }
    this.send();
  }

  fail(request) {
    this.failures += 1;
    this.waiting ??= request;
    this.onStatus('lost', 'The server does not answer. Your drawing is safe; trying again …');
    if (this.retry) return;
    const pause = PAUSES[Math.min(this.failures, PAUSES.length) - 1];
    this.retry = setTimeout(() => this.again(), pause);
  }

  again() {
    clearTimeout(this.retry);
    this.retry = null;
    this.send();
  }
}
