// How many calls may be under way: more while answers come no later for it, fewer when they do.
//
// On a network with a long way, one call after the other would give few answers; but calls that only queue, on the way
// or at the server, make every answer late. How many of those under way are queueing tells the time that answers take
// beside what they take when nothing does. Source: Brakmo, Peterson 1995, "TCP Vegas".
const FIRST = 3;
const FEWEST = 2;
const MOST = 12; // at 60 questions a second, one every 17 ms: for a way there and back of 200 ms
const FEW = 1; // calls that queue, or seem to, since no way is always equally long: there is room for half as many more
const MANY = 2; // more than so many that queue are too many, and more than FEW are when they make answers so late:
const LONG = 35; // ms
const REMEMBERED = 4000; // ms for which an answer counts: longer than most strokes, or queueing would pass for the way
const PATIENCE = { least: 400, first: 1500, most: 4000 }; // ms until an answer is overdue

export class Room {
  most = FIRST;
  patience = PATIENCE.first;
  usual = 0; // ms that answers take, by a moving average; 0: none has come
  /** @type {{ at: number, took: number }[]} the last answers, in ms */
  last = [];
  round = 0; // changes so far: only what was sent after the last one tells what came of it
  /** @type {number[]} what answers of this round took */
  times = [];

  /**
   * @param {{ at: number, round: number, pressed: boolean }} sent when and in which round, in ms; whether, before it was
   *   answered, more was to be asked than there was room for
   * @param {number} now in ms
   */
  answered({ at, round, pressed }, now) {
    const took = now - at;
    this.last = [...this.last.filter((each) => now - each.at < REMEMBERED), { at: now, took }];
    this.usual = this.usual ? 0.8 * this.usual + 0.2 * took : took;
    this.patience = Math.min(Math.max(3 * this.usual, PATIENCE.least), PATIENCE.most);
    if (round !== this.round) return;
    this.times.push(took);
    if (this.times.length < this.most / 2) return;
    const taken = this.times.reduce((sum, each) => sum + each, 0) / this.times.length;
    const way = Math.min(...this.last.map((each) => each.took));
    const queueing = this.most * (1 - way / taken);
    const many = Math.min(MANY, Math.max(FEW, (this.most * LONG) / taken));
    if (queueing > many) this.become(Math.floor(this.most - queueing + FEW));
    else if (pressed && queueing < FEW) this.become(1.5 * this.most);
    else if (this.times.length > this.most) this.times = [];
  }

  /** @param {number} most */
  become(most) {
    this.round += 1;
    this.times = [];
    this.most = Math.min(Math.max(Math.round(most), FEWEST), MOST);
  }

  // An answer is overdue. Should the network have become slower for good, the next takes longer to be.
  doubted() {
    this.patience = Math.min(2 * this.patience, PATIENCE.most);
  }
}
