// Keeps the server's answer up with the pen: the newest question wins, as many calls are under way as the network needs,
// what is lost is made up for.
//
// A question has a number for good: the same question sent again has the same one. What comes back is shown only if
// nothing that answers a newer question has been shown. So a lost message costs one answer, and where it was the
// newest that was lost, the newest question is asked again.
import { Room } from './room.js';

const TIMEOUT = 5000; // ms; a call that takes longer counts as lost, but what it brings after all is taken
const GONE = 'The server does not answer. Your drawing is safe; trying again …';
const PAUSES = [250, 500, 1000, 2000]; // ms before asking again a server that does not answer

/** @typedef {import('./store.js').Subject} Subject */
/** @typedef {Record<string, unknown> & { sequence: number }} Request */
/** @typedef {{ subject: Subject, request: Request }} Question */
/** @typedef {{ sequence: number, error: string, busy?: boolean }} Refusal busy: the same may be asked again in a moment */
/** @typedef {{ kind: string, text: string }} Status */
/**
 * @typedef {object} Sent a call that is neither answered nor lost
 * @property {Question} question
 * @property {number} at when, in ms
 * @property {number} round of the room's changes
 * @property {boolean} pressed whether more was to be asked than there was room for, while it was under way
 * @property {boolean} overdue its answer should have been here; the same may be asked again beside it
 */

/** @template {{ sequence: number, busy?: boolean }} R busy: the server has so many callers that each should ask less */
export class Live {
  /** @type {Question | null} */
  newest = null;
  asked = 0; // number of the newest question
  shown = 0; // number of the newest question whose answer, or refusal, has been shown
  /** @type {Set<Sent>} */
  flying = new Set();
  room = new Room();
  failures = 0; // pauses since the server last answered
  crowded = false; // the server said so in its last answer
  /** @type {ReturnType<typeof setTimeout> | null} */
  pause = null;
  /** @type {Status} what is said while the server answers */
  outcome = { kind: 'ready', text: 'Live' };

  /**
   * @param {(request: Request) => Promise<R | Refusal | undefined>} call undefined: it failed
   * @param {(reply: R, subject: Subject) => void} onAnswer
   * @param {(status: Status) => void} onStatus
   * @param {() => number} now in ms
   */
  constructor(call, onAnswer, onStatus, now = () => performance.now()) {
    this.call = call;
    this.onAnswer = onAnswer;
    this.onStatus = onStatus;
    this.now = now;
    globalThis.addEventListener?.('online', () => this.again());
  }

  /**
   * @param {Subject} subject what is asked about
   * @param {Record<string, unknown>} [details] what is asked about it
   */
  ask(subject, details = {}) {
    this.asked += 1;
    this.newest = { subject, request: { ...subject, ...details, sequence: this.asked } };
    this.send();
  }

  send() {
    // While the server is gone, one call at a time finds out whether it is back; while it is crowded, one is enough.
    const most = this.failures || this.crowded ? 1 : this.room.most;
    const question = this.newest;
    const waited = [...this.flying].filter(({ overdue }) => !overdue);
    if (!question || this.pause !== null) return;
    if (question.request.sequence <= this.shown) return;
    if (waited.some((sent) => sent.question === question)) return;
    if (waited.length >= most) for (const sent of waited) sent.pressed = most === this.room.most;
    else if (this.flying.size < 2 * most) this.fly(question); // what is overdue holds connections
  }

  /** @param {Question} question */
  async fly(question) {
    /** @type {Sent} */
    const sent = { question, at: this.now(), round: this.room.round, pressed: false, overdue: false };
    this.flying.add(sent);
    const overdue = setTimeout(() => this.doubt(sent), this.room.patience);
    const late = setTimeout(() => this.lose(sent, GONE), TIMEOUT);
    let reply;
    try {
      reply = await this.call(question.request);
    } catch {
      // Lost, as if nothing had come back.
    }
    clearTimeout(overdue);
    clearTimeout(late);
    if (!isReply(reply, question)) this.lose(sent, GONE);
    else if (isRefusal(reply) && reply.busy) this.lose(sent, reply.error);
    else this.receive(sent, reply);
  }

  // One that is lost alone should cost no more than this.
  /** @param {Sent} sent */
  doubt(sent) {
    sent.overdue = true;
    this.room.doubted();
    this.send();
  }

  /** @param {Sent} sent @param {R | Refusal} reply */
  receive(sent, reply) {
    this.flying.delete(sent);
    this.room.answered(sent, this.now());
    const wasGone = this.failures > 0;
    this.failures = 0;
    this.crowded = reply.busy === true;
    this.stopPausing();
    const { subject, request } = sent.question;
    try {
      if (request.sequence > this.shown) {
        this.shown = request.sequence;
        this.outcome = isRefusal(reply) ? { kind: 'error', text: reply.error } : { kind: 'ready', text: 'Live' };
        if (!isRefusal(reply)) this.onAnswer(reply, subject);
        this.onStatus(this.outcome);
      } else if (wasGone) this.onStatus(this.outcome);
    } finally {
      this.send();
    }
  }

  /** @param {Sent} sent @param {string} why */
  lose(sent, why) {
    if (!this.flying.delete(sent)) return; // it was given up before
    if (sent.question.request.sequence <= this.shown) {
      this.send();
      return;
    }
    this.onStatus({ kind: 'lost', text: why });
    if (this.pause !== null) return;
    this.failures += 1;
    this.pause = setTimeout(() => this.again(), PAUSES[Math.min(this.failures, PAUSES.length) - 1]);
  }

  again() {
    this.stopPausing();
    this.send();
  }

  stopPausing() {
    if (this.pause !== null) clearTimeout(this.pause);
    this.pause = null;
  }
}

/**
 * Whether something that came back answers the question, or says why not.
 *
 * @template {{ sequence: number }} R
 * @param {R | Refusal | undefined} reply
 * @param {Question} question
 * @returns {reply is R | Refusal}
 */
function isReply(reply, question) {
  if (!reply || typeof reply !== 'object') return false;
  return isRefusal(reply) || reply.sequence === question.request.sequence;
}

/** @param {object} reply @returns {reply is Refusal} */
function isRefusal(reply) {
  return 'error' in reply && typeof reply.error === 'string';
}
