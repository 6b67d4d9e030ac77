import assert from 'node:assert/strict';
import { beforeEach, describe, it, mock } from 'node:test';
import { Live } from '../../demo/static/core/live.js';

const subject = (n) => ({ ink: [[[n, n]]] });
const settle = async () => {
  for (let i = 0; i < 10; i += 1) await Promise.resolve();
};

// A server whose answers the test gives, when and how it likes.
function connected() {
  const calls = [];
  const seen = { painted: [], told: [] };
  const clock = { now: 0 };
  const call = (request) =>
    new Promise((resolve, reject) => {
      const send = (reply) => {
        resolve(reply);
        return settle();
      };
      calls.push({
        request,
        send,
        answer: () => send({ sequence: request.sequence }),
        refuse: (error) => send({ sequence: request.sequence, error }),
        lose: () => send(undefined),
        hangUp: () => {
          reject(new Error('gone'));
          return settle();
        },
      });
    });
  const live = new Live(
    call,
    (reply, about) => seen.painted.push({ sequence: reply.sequence, about }),
    ({ kind, text }) => seen.told.push([kind, text]),
    () => clock.now,
  );
  return {
    live,
    clock,
    calls,
    seen,
    painted: () => seen.painted.map(({ sequence }) => sequence),
    asked: () => calls.map(({ request }) => request.sequence),
    kind: () => seen.told.at(-1)?.[0],
  };
}

const pass = async (ms) => {
  mock.timers.tick(ms);
  await settle();
};

describe('live', () => {
  beforeEach(() => {
    mock.timers.reset();
    mock.timers.enable({ apis: ['setTimeout'] });
  });

  it('sends what is asked with its number, and says what an answer is about', async () => {
    const { live, calls, seen } = connected();
    const about = subject(1);
    live.ask(about, { cell: 'C1' });
    assert.deepEqual(calls[0].request, { ink: about.ink, cell: 'C1', sequence: 1 });
    await calls[0].answer();
    assert.equal(seen.painted[0].about, about);
    assert.deepEqual(seen.told, [['ready', 'Live']]);
  });

  it('has three calls under way and then asks only the newest', async () => {
    const { live, calls, asked } = connected();
    for (let n = 1; n <= 9; n += 1) live.ask(subject(n));
    assert.deepEqual(asked(), [1, 2, 3]);
    await calls[0].answer();
    assert.deepEqual(asked(), [1, 2, 3, 9]);
    await calls[1].answer();
    await calls[2].answer();
    await calls[3].answer();
    assert.deepEqual(asked(), [1, 2, 3, 9]); // and nothing twice
  });

  it('never shows an older answer over a newer one', async () => {
    const { live, calls, painted } = connected();
    for (let n = 1; n <= 3; n += 1) live.ask(subject(n));
    await calls[1].answer();
    await calls[0].answer();
    await calls[2].answer();
    assert.deepEqual(painted(), [2, 3]);
  });

  it('gives a lost call up when something newer has been shown', async () => {
    const { live, calls, painted, asked, seen } = connected();
    for (let n = 1; n <= 3; n += 1) live.ask(subject(n));
    await calls[1].answer();
    await calls[2].answer();
    await pass(1000);
    await calls[0].hangUp();
    await pass(20000);
    assert.deepEqual(asked(), [1, 2, 3]);
    assert.deepEqual(painted(), [2, 3]);
    assert.ok(seen.told.every(([kind]) => kind === 'ready'));
  });

  it('asks again for the newest ink, once, under its own number', async () => {
    const { live, calls, painted, asked, kind } = connected();
    for (let n = 1; n <= 5; n += 1) live.ask(subject(n));
    await calls[0].lose();
    await calls[1].lose();
    await calls[2].lose();
    assert.equal(kind(), 'lost');
    assert.deepEqual(asked(), [1, 2, 3]);
    await pass(250);
    assert.deepEqual(asked(), [1, 2, 3, 5]);
    await calls[3].answer();
    await pass(20000);
    assert.deepEqual(asked(), [1, 2, 3, 5]);
    assert.deepEqual(painted(), [5]);
    assert.equal(kind(), 'ready');
  });

  it('asks the newest again when it alone was lost, and keeps its number', async () => {
    const { live, calls, painted, asked } = connected();
    live.ask(subject(1));
    live.ask(subject(2));
    await calls[0].answer();
    await calls[1].lose();
    await pass(250);
    assert.deepEqual(asked(), [1, 2, 2]);
    await calls[2].answer();
    assert.deepEqual(painted(), [1, 2]);
  });

  it('takes calls lost together for one failure', async () => {
    const { live, calls } = connected();
    for (let n = 1; n <= 3; n += 1) live.ask(subject(n));
    for (const call of [...calls]) await call.lose();
    await pass(250);
    await calls[3].lose();
    await pass(499);
    assert.equal(calls.length, 4);
    await pass(1);
    assert.equal(calls.length, 5);
  });

  it('waits no longer when any answer shows that the server is there', async () => {
    const { live, calls, painted, asked } = connected();
    live.ask(subject(1));
    live.ask(subject(2));
    await calls[1].lose();
    assert.deepEqual(asked(), [1, 2]);
    await calls[0].answer();
    assert.deepEqual(asked(), [1, 2, 2]);
    await calls[2].answer();
    assert.deepEqual(painted(), [1, 2]);
  });

  it('does not ask again what is still under way', async () => {
    const { live, calls, painted, asked } = connected();
    live.ask(subject(1));
    live.ask(subject(2));
    await calls[0].lose();
    await pass(250);
    assert.deepEqual(asked(), [1, 2]);
    await calls[1].answer();
    assert.deepEqual(painted(), [2]);
    live.ask(subject(3)); // and goes on as before, without a pause
    assert.deepEqual(asked(), [1, 2, 3]);
  });

  it('waits longer and longer for a server that is away, one call at a time', async () => {
    const { live, calls } = connected();
    live.ask(subject(1));
    await calls[0].hangUp();
    for (const ms of [250, 500, 1000, 2000, 2000]) {
      const many = calls.length;
      live.ask(subject(many));
      await pass(ms - 1);
      assert.equal(calls.length, many);
      await pass(1);
      assert.equal(calls.length, many + 1);
      live.ask(subject(many));
      assert.equal(calls.length, many + 1);
      await calls.at(-1).hangUp();
    }
    await pass(2000);
    await calls.at(-1).answer();
    const many = calls.length;
    for (let n = 1; n <= 3; n += 1) live.ask(subject(n));
    assert.equal(calls.length, many + 3); // back at full speed
  });

  it('counts a call as lost after five seconds, and asks the newest, not the oldest', async () => {
    const { live, calls, painted, asked, kind } = connected();
    for (let n = 1; n <= 6; n += 1) live.ask(subject(n));
    await pass(4999);
    assert.equal(kind(), undefined);
    await pass(1);
    assert.equal(kind(), 'lost');
    await pass(250);
    assert.deepEqual(asked(), [1, 2, 3, 6]);
    await calls[3].answer();
    await calls[2].answer(); // the server wakes up and answers the old calls as well
    await calls[0].answer();
    assert.deepEqual(painted(), [6]);
    assert.equal(kind(), 'ready');
  });

  it('takes an answer that comes after its time, if it is still news', async () => {
    const { live, calls, painted, asked, kind } = connected();
    live.ask(subject(1));
    await pass(5000);
    assert.equal(kind(), 'lost');
    await calls[0].answer();
    assert.deepEqual(painted(), [1]);
    assert.equal(kind(), 'ready');
    assert.deepEqual(asked(), [1, 1]); // asked once more while one waited
    await pass(20000);
    assert.deepEqual(asked(), [1, 1]); // answered: not asked again
  });

  it('is not confused by two calls for the same question', async () => {
    const { live, calls, painted, asked, kind, seen } = connected();
    live.ask(subject(1));
    await pass(1500);
    assert.deepEqual(asked(), [1, 1]);
    await pass(3500);
    const many = seen.told.length;
    await calls[0].hangUp(); // the first call's end is no news of the second
    assert.equal(seen.told.length, many);
    await calls[1].answer();
    assert.deepEqual(painted(), [1]);
    assert.equal(kind(), 'ready');
  });

  it('shows what the server refuses, and does not ask it again', async () => {
    const { live, calls, seen, asked } = connected();
    live.ask(subject(1));
    await calls[0].refuse('The pad is full.');
    assert.deepEqual(seen.told.at(-1), ['error', 'The pad is full.']);
    await pass(20000);
    assert.deepEqual(asked(), [1]);
    live.ask(subject(2));
    await calls[1].answer();
    assert.deepEqual(seen.told.at(-1), ['ready', 'Live']);
  });

  it('lets no late refusal cover a newer answer, and no old answer a refusal', async () => {
    const { live, calls, painted, kind } = connected();
    for (let n = 1; n <= 3; n += 1) live.ask(subject(n));
    await calls[1].answer();
    await calls[0].refuse('too late');
    assert.equal(kind(), 'ready');
    live.ask(subject(4));
    await calls[3].refuse('newest');
    await calls[2].answer();
    assert.deepEqual(painted(), [2]);
    assert.equal(kind(), 'error');
  });

  it('says again how things are when an old answer shows that the server is back', async () => {
    const { live, calls, seen, kind } = connected();
    live.ask(subject(1));
    live.ask(subject(2));
    await calls[1].refuse('so it is');
    live.ask(subject(3));
    await calls[2].lose();
    assert.equal(kind(), 'lost');
    await calls[0].answer();
    assert.deepEqual(seen.told.at(-1), ['error', 'so it is']);
  });

  it('takes what is neither an answer nor a refusal for a loss', async () => {
    for (const reply of [null, 'no', 7, {}, { sequence: 9 }, { detail: 'Not Found' }]) {
      const { live, calls, painted, kind } = connected();
      live.ask(subject(1));
      await calls[0].send(reply);
      assert.equal(kind(), 'lost', JSON.stringify(reply));
      assert.deepEqual(painted(), []);
    }
  });

  it('takes a call that throws at once for a loss too', async () => {
    const told = [];
    const live = new Live(
      () => {
        throw new Error('no');
      },
      () => assert.fail(),
      ({ kind }) => told.push(kind),
    );
    live.ask(subject(1));
    await settle();
    assert.deepEqual(told, ['lost']);
  });

  it('asks one at a time while the server says that it is crowded', async () => {
    const { live, calls, asked, painted, kind } = connected();
    live.ask(subject(1));
    await calls[0].send({ sequence: 1, busy: true });
    assert.deepEqual(painted(), [1]); // it is an answer like others
    assert.equal(kind(), 'ready');
    for (let n = 2; n <= 5; n += 1) live.ask(subject(n));
    assert.deepEqual(asked(), [1, 2]);
    await calls[1].answer();
    for (let n = 6; n <= 9; n += 1) live.ask(subject(n));
    assert.deepEqual(asked(), [1, 2, 5, 6, 7]); // as before: three
  });

  it('asks again, a little later, what the server was too busy for, and says why', async () => {
    const { live, calls, asked, seen, painted } = connected();
    live.ask(subject(1));
    await calls[0].send({ sequence: 1, error: 'Many visitors ask for lines just now.', busy: true });
    assert.deepEqual(seen.told, [['lost', 'Many visitors ask for lines just now.']]);
    assert.deepEqual(asked(), [1]);
    await pass(250);
    assert.deepEqual(asked(), [1, 1]);
    await calls[1].answer();
    assert.deepEqual(painted(), [1]);
  });

  it('makes up for one lost message as soon as an answer should have been there', async () => {
    const { live, calls, painted, asked, kind, clock } = connected();
    live.ask(subject(1));
    clock.now += 100;
    await calls[0].answer();
    live.ask(subject(2)); // whose message is lost
    await pass(399);
    assert.deepEqual(asked(), [1, 2]);
    await pass(1);
    assert.deepEqual(asked(), [1, 2, 2]);
    await calls[2].answer();
    assert.deepEqual(painted(), [1, 2]);
    assert.equal(kind(), 'ready');
    assert.equal(live.failures, 0);
  });

  it('doubts a slow server less and less', async () => {
    const { live, calls, asked } = connected();
    live.ask(subject(1));
    await pass(1500);
    await pass(3000);
    assert.deepEqual(asked(), [1, 1, 1]);
    await pass(499);
    assert.equal(calls.length, 3);
  });

  it('does not let what was lost take the room of the others', async () => {
    const { live, asked } = connected();
    for (let n = 1; n <= 3; n += 1) live.ask(subject(n));
    await pass(1500);
    for (let n = 4; n <= 6; n += 1) live.ask(subject(n));
    assert.deepEqual(asked(), [1, 2, 3, 3, 4, 5]);
  });

  it('has as many calls under way as a long way needs, and as a slow server bears', async () => {
    // Sixty questions a second; an answer takes so long, and answers come no closer to each other than `every`.
    const draw = async (way, every) => {
      const { live, calls, painted, clock } = connected();
      let free = 0;
      let at = 0;
      let answered = 0;
      const due = [];
      const waits = [];
      for (let ms = 0; ms < 3000; ms += 1) {
        clock.now = ms;
        if (ms >= at) {
          live.ask(subject(ms));
          at += 1000 / 60;
        }
        for (; answered + due.length < calls.length; ) {
          free = Math.max(free, ms + way / 2) + every;
          if (ms > 2000) waits.push(free + way / 2 - ms - way);
          due.push([free + way / 2, calls[answered + due.length]]);
        }
        while (due.length && due[0][0] <= ms) {
          await due.shift()[1].answer();
          answered += 1;
        }
      }
      const wait = waits.reduce((sum, each) => sum + each, 0) / waits.length;
      return { most: live.room.most, late: painted().length, under: due.length, wait };
    };
    const far = await draw(150, 1);
    assert.ok(far.most >= 9, `${far.most}`);
    assert.ok(far.late > 140, `${far.late}`); // of 180
    const slow = await draw(10, 50);
    assert.ok(slow.most <= 3, `${slow.most}`);
    const both = await draw(150, 50);
    assert.ok(both.most <= 7, `${both.most}`);
    assert.ok(both.late > 50, `${both.late}`); // of 60 that the server can give
    const narrow = await draw(230, 25);
    assert.ok(narrow.wait < 60, `${narrow.wait}`); // 25 of them for itself
    assert.ok(narrow.late > 90, `${narrow.late}`); // of 120
  });

  it('tries at once when the browser is online again', async () => {
    const listeners = {};
    globalThis.addEventListener = (type, listener) => (listeners[type] = listener);
    const { live, calls, asked } = connected();
    delete globalThis.addEventListener;
    live.ask(subject(1));
    await calls[0].lose();
    listeners.online();
    assert.deepEqual(asked(), [1, 1]);
    await pass(250); // and the pause is over
    assert.deepEqual(asked(), [1, 1]);
  });
});
