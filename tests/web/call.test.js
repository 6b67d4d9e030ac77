import assert from 'node:assert/strict';
import { afterEach, describe, it } from 'node:test';
import { short } from '../../demo/static/core/call.js';

const BYTES = 'application/octet-stream; layout=2';
const OLDER = 'application/octet-stream'; // of a server whose bytes mean something else
const fetched = globalThis.fetch;

// A server that answers so, one answer a call; what it was asked.
function answering(...answers) {
  const asked = [];
  globalThis.fetch = async (address, options) => {
    asked.push([String(address).split('/').slice(-2).join('/'), JSON.parse(options.body), options.credentials]);
    const answer = answers[asked.length - 1];
    if (answer === 'breaks') throw new TypeError('Failed to fetch');
    const { status = 200, type = BYTES, body = '' } = answer;
    return new Response(body, { status, headers: type ? { 'content-type': type } : {} });
  };
  return asked;
}

const bytes = (head, numbers = []) => {
  const text = Buffer.from(JSON.stringify(head));
  return Uint8Array.from([text.length, 0, 0, 0, ...text, ...numbers]);
};

describe('call', () => {
  afterEach(() => {
    globalThis.fetch = fetched;
  });

  const never = () => assert.fail('the long way');

  it('asks by the short way and opens what comes', async () => {
    const asked = answering({ body: bytes({ sequence: 3 }, [1, 2]) });
    assert.deepEqual(await short('see', never)({ sequence: 3 }), { sequence: 3, values: Uint8Array.from([1, 2]) });
    assert.deepEqual(asked, [['live/see', { sequence: 3 }, undefined]]);
  });

  it('passes a refusal on, in bytes or not', async () => {
    answering({ body: bytes({ error: 'No.' }) }, { type: 'application/json', body: '{"error": "Too large."}' });
    const see = short('see', never);
    assert.deepEqual(await see({}), { error: 'No.' });
    assert.deepEqual(await see({}), { error: 'Too large.' });
  });

  it('takes the long way from then on where something else answers', async () => {
    for (const answer of [
      { status: 404 },
      { status: 403 },
      { status: 405 },
      { type: 'text/html' },
      { type: '' },
      { type: OLDER },
    ]) {
      const asked = answering(answer);
      const long = [];
      const see = short('see', async (request) => long.push(request));
      await see({ sequence: 1 });
      await see({ sequence: 2 });
      assert.equal(asked.length, 1, JSON.stringify(answer));
      assert.deepEqual(long, [{ sequence: 1 }, { sequence: 2 }]);
    }
  });

  it('counts a server that is away for a moment as such', async () => {
    const asked = answering(
      { status: 502, type: 'text/html' },
      { status: 429, type: 'application/json', body: '{}' },
      { body: bytes({ sequence: 3 }) },
    );
    const see = short('see', never);
    assert.equal(await see({ sequence: 1 }), undefined);
    assert.equal(await see({ sequence: 2 }), undefined);
    assert.equal((await see({ sequence: 3 })).sequence, 3);
    assert.equal(asked.length, 3);
  });

  it('tries the long way too when the server fails three times in a row, and the short one again each time', async () => {
    const away = { status: 502 };
    const asked = answering(away, away, away, { body: bytes({ sequence: 4 }) }, away);
    const long = [];
    const see = short('see', async ({ sequence }) => {
      long.push(sequence);
      return { sequence };
    });
    const replies = [];
    for (let sequence = 1; sequence <= 5; sequence += 1) replies.push((await see({ sequence }))?.sequence);
    assert.deepEqual(replies, [undefined, undefined, 3, 4, undefined]);
    assert.deepEqual(long, [3]);
    assert.equal(asked.length, 5);
  });

  it('counts a connection that breaks as a failure', async () => {
    globalThis.fetch = async () => Promise.reject(new TypeError('gone'));
    assert.equal(await short('see', never)({}), undefined);
  });

  const over = (t, nextHopProtocol) => t.mock.method(performance, 'getEntriesByType', () => [{ nextHopProtocol }]);

  it('sends every other call without cookies over HTTP/1.1 alone, where these have connections of their own', async (t) => {
    const answer = { body: bytes({}) };
    for (const [protocol, without] of [
      ['http/1.1', [undefined, 'omit', undefined, 'omit']],
      ['h2', [undefined, undefined, undefined, undefined]],
      ['', [undefined, undefined, undefined, undefined]],
    ]) {
      over(t, protocol);
      const asked = answering(answer, answer, answer, answer);
      const see = short('see', never);
      for (let n = 0; n < 4; n += 1) await see({});
      assert.deepEqual(
        asked.map(([, , credentials]) => credentials),
        without,
      );
      t.mock.restoreAll();
    }
  });

  it('sends cookies again once a call was turned away for having none', async (t) => {
    over(t, 'http/1.1');
    const answer = { body: bytes({ sequence: 1 }) };
    const login = { type: 'text/html', body: 'Log in' };
    for (const turned of [{ status: 401 }, { status: 403 }, login]) {
      const asked = answering(answer, turned, answer, answer, answer);
      const see = short('see', never);
      for (let n = 0; n < 4; n += 1) assert.equal((await see({})).sequence, 1);
      assert.deepEqual(
        asked.map(([, , credentials]) => credentials),
        [undefined, 'omit', undefined, undefined, undefined],
      );
    }
  });

  it('sends cookies again once three calls without got lost while those with came through', async (t) => {
    over(t, 'http/1.1');
    const answer = { body: bytes({ sequence: 1 }) };
    for (const lost of [{ status: 503 }, { status: 429 }, 'breaks']) {
      const asked = answering(answer, lost, answer, lost, answer, lost, answer, answer);
      const see = short('see', never);
      const replies = [];
      for (let n = 0; n < 8; n += 1) replies.push((await see({}))?.sequence);
      assert.deepEqual(replies, [1, undefined, 1, undefined, 1, undefined, 1, 1]); // each costs one answer
      assert.equal(asked.at(-1)[2], undefined);
      assert.equal(asked.at(-3)[2], 'omit');
    }
  });

  it('keeps to cookies though a call without, under way when another was turned away, is lost later', async (t) => {
    over(t, 'http/1.1');
    const flying = [];
    globalThis.fetch = (_, { credentials }) =>
      new Promise((resolve, reject) => flying.push({ credentials, resolve, reject }));
    const turn = () => new Promise((resolve) => setTimeout(resolve));
    const see = short('see', async () => undefined);
    const calls = [1, 2, 3, 4].map((sequence) => see({ sequence }));
    flying[1].resolve(new Response('', { status: 401 }));
    await turn();
    flying[3].reject(new TypeError('gone'));
    await turn();
    for (let n = 5; n <= 8; n += 1) calls.push(see({ sequence: n }));
    const answer = bytes({ sequence: 1 });
    for (const { resolve } of flying) resolve(new Response(answer, { headers: { 'content-type': BYTES } }));
    await Promise.all(calls);
    assert.deepEqual(
      flying.map(({ credentials }) => credentials),
      [undefined, 'omit', undefined, 'omit', undefined, undefined, undefined, undefined, undefined],
    );
  });

  it('keeps both ways over HTTP/1.1 when it was the server that was away', async (t) => {
    over(t, 'http/1.1');
    const answer = { body: bytes({ sequence: 1 }) };
    const asked = answering(answer, 'breaks', answer, 'breaks', 'breaks', 'breaks', answer, answer);
    const see = short('see', async () => undefined);
    for (let n = 0; n < 8; n += 1) await see({});
    assert.equal(asked.at(-1)[2], 'omit');
  });

  it('takes calls that fail together for one failure', async () => {
    globalThis.fetch = async () => Promise.reject(new TypeError('gone'));
    const long = [];
    const see = short('see', async ({ sequence }) => long.push(sequence));
    await Promise.all([1, 2, 3, 4, 5].map((sequence) => see({ sequence })));
    assert.deepEqual(long, []);
    await see({ sequence: 6 });
    assert.deepEqual(long, []);
    await see({ sequence: 7 });
    assert.deepEqual(long, [7]);
  });

  it('takes an answer that breaks off, and JSON that is no refusal, for failures', async () => {
    const broken = { body: Uint8Array.from([9, 0, 0, 0, 1]) };
    const foreign = { type: 'application/json', body: '{"detail": "log in"}' };
    answering(broken, foreign, broken, { body: bytes({ sequence: 4 }) });
    const see = short('see', async () => 'long');
    assert.deepEqual([await see({}), await see({}), await see({})], [undefined, undefined, 'long']);
    assert.equal((await see({})).sequence, 4);
  });

  it('stays with the long way though a call that was under way breaks later', async () => {
    let fail;
    globalThis.fetch = async () => new Promise((_, reject) => (fail = reject));
    const see = short('see', async () => 'long');
    const late = see({});
    const breakLate = fail;
    answering({ status: 404 });
    assert.equal(await see({}), 'long');
    breakLate(new TypeError('gone'));
    assert.equal(await late, 'long');
    globalThis.fetch = () => assert.fail('the short way');
    assert.equal(await see({}), 'long');
  });
});
