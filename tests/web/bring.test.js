import assert from 'node:assert/strict';
import { beforeEach, describe, it } from 'node:test';
import { bring, bringing, brought, mountBring } from '../../demo/static/core/bring.js';

const OWN = { file: 'AAAA', name: 'mine.pth' };
let known = new Set();
let opened = [];

describe('bring', () => {
  beforeEach(() => {
    known = new Set();
    opened = [];
    mountBring(async (request) => {
      opened.push(request);
      await new Promise((resolve) => setTimeout(resolve, 5));
      if (request.file === 'wrong') return { error: 'No.' };
      known.add(`sum-${request.file}`);
      return { network: `sum-${request.file}.3`, layers: [] };
    });
  });

  const call = bringing(async (request) =>
    known.has(request.network?.split('.')[0]) || !request.network
      ? { sequence: request.sequence }
      : { error: 'Unknown.', unknown: true },
  );

  it('holds the file of what was opened, by any way it is run', async () => {
    assert.equal((await bring(OWN)).network, 'sum-AAAA.3');
    assert.equal(brought('sum-AAAA.7'), OWN);
    assert.equal(brought('sum-BBBB.7'), undefined);
  });

  it('brings a network once to a server that has forgotten it, however many ask', async () => {
    await bring(OWN);
    known.clear();
    opened = [];
    const replies = await Promise.all([1, 2, 3].map((sequence) => call({ network: 'sum-AAAA.7', sequence })));
    assert.deepEqual(replies, [{ sequence: 1 }, { sequence: 2 }, { sequence: 3 }]);
    assert.equal(opened.length, 1);
    assert.match(opened[0].secret, /^[0-9a-f]{32}$/);
    known.clear();
    assert.deepEqual(await call({ network: 'sum-AAAA.7', sequence: 4 }), { sequence: 4 });
    assert.equal(opened.length, 2);
  });

  it('passes on what the server says of a network that nobody brought, and of what is none', async () => {
    assert.deepEqual(await call({ network: 'sum-CCCC.1' }), { error: 'Unknown.', unknown: true });
    assert.deepEqual(await bring({ file: 'wrong', name: 'x' }), { error: 'No.' });
    assert.deepEqual(await call({ sequence: 5 }), { sequence: 5 });
    assert.equal(opened.length, 1);
  });

  it('says that it may be asked again where the server cannot take it just now', async () => {
    await bring(OWN);
    known.clear();
    mountBring(async () => undefined);
    const reply = await call({ network: 'sum-AAAA.7', sequence: 8 });
    assert.deepEqual([reply.unknown, reply.busy], [true, true]);
  });

  it('holds the files that were brought last', async () => {
    for (let i = 0; i < 9; i += 1) await bring({ file: `F${i}`, name: `${i}.pth` });
    assert.equal(brought('sum-F0.1'), undefined);
    assert.equal(brought('sum-F1.1').name, '1.pth');
    assert.equal(brought('sum-F8.1').name, '8.pth');
  });
});
