import assert from 'node:assert/strict';
import { afterEach, describe, it } from 'node:test';
import { short } from '../../demo/static/core/call.js';

const fetched = globalThis.fetch;

// A server that answers so, one answer a call; what it was asked.
function answering(...answers) {
  const asked = [];
  globalThis.fetch = async (address, options) => {
    asked.push([String(address).split('/').slice(-2).join('/'), JSON.parse(options.body)]);
    const { status = 200, type = 'application/octet-stream', body = '' } = answers[asked.length - 1];
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
    assert.deepEqual(asked, [['live/see', { sequence: 3 }]]);
  });

  it('passes a refusal on, in bytes or not', async () => {
    answering({ body: bytes({ error: 'No.' }) }, { type: 'application/json', body: '{"error": "Too large."}' });
    const see = short('see', never);
    assert.deepEqual(await see({}), { error: 'No.' });
    assert.deepEqual(await see({}), { error: 'Too large.' });
  });

  it('takes the long way from then on where something else answers', async () => {
    for (const answer of [{ status: 404 }, { status: 403 }, { status: 405 }, { type: 'text/html' }, { type: '' }]) {
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
});
