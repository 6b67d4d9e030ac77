// How many calls may be under way: more while answers come no later for it, fewer when they do.
//
// On a network with a long way, one call after the other would give few answers; but calls that only queue, on the way
// or at the server, make every answer late. The time that an answer takes beyond the shortest seen of late tells which
// it is. Source: Brakmo, Peterson 1995, "TCP Vegas".
const FIRST = 3;
const FEWEST = 2;
const MOST = 12; // at 60 questions a second, one every 17 ms: for a way there and back of 200 ms
const EARLY = { ms: 6, share: 0.08 }; // waited no longer than either: there is room for half as many more
const LATE = { ms: 20, share: 0.2 }; // waited longer than both: so many fewer
const REMEMBERED = 10_000; // ms for which the shortest time counts: longer than a stroke, or queueing would pass for the way
const PATIENCE = { least: 400, first: 1500, most: 4000 }; // ms until an answer is overdue

export class Room {
  most = FIRST;
  patience = PATIENCE.first;
  usual = 0; // ms that answers take, by a moving average; 0: none has come
  /** @type {{ at: number, took: number }[]} the last answers, in ms */
  last = [];
  early = 0; // answers in this round
  round = 0; // changes so far: only what was sent after the last one tells what came of it

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
    const shortest = Math.min(...this.last.map((each) => each.took));
    const waited = took - shortest;
    if (waited > Math.max(LATE.ms, LATE.share * shortest)) {
      this.become((this.most * shortest) / took + 1); // so many were on their way, the others waited
    } else if (pressed && waited <= Math.max(EARLY.ms, EARLY.share * shortest)) {
      this.early += 1;
      if (this.early >= this.most / 2) this.become(1.5 * this.most);
    }
  }

  /** @param {number} most */
  become(most) {
    this.round += 1;
    this.early = 0;
    this.most = Math.min(Math.max(Math.round(most), FEWEST), MOST);
  }

  // An answer is overdue. Should the network have become slower for good, the next takes longer to be.
  doubted() {
    this.patience = Math.min(2 * this.patience, PATIENCE.most);
  }
}
