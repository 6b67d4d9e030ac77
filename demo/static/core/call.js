// The way to the server for what is asked while one draws: short where the server has it, maps in bytes and all of it
// compressed; Gradio's own where something else answers there.
import { opened } from './wire.js';

const OURS = `${import.meta.url.split('/file=')[0]}/live/`; // beside this file's own address
const BYTES = 'application/octet-stream';
const JSONS = 'application/json'; // a refusal
const LATER = [408, 429]; // the same may be asked again; any other status from 400 to 499 says that nothing is there
const PATIENCE = 3; // failures in a row, until Gradio's way is tried too

/**
 * A function of the server, by the short way. Calls go Gradio's way from the first on that meets something else there.
 *
 * @template R
 * @param {string} name
 * @param {(request: object) => Promise<R | undefined>} long Gradio's way
 * @returns {(request: object) => Promise<R | undefined>} undefined: it failed
 */
export function short(name, long) {
  const post = byTurns();
  let there = true;
  let failures = 0; // in a row
  return async (request) => {
    if (!there) return long(request);
    const answer = await post(OURS + name, JSON.stringify(request)).catch(() => undefined);
    if (answer && is(answer, BYTES, JSONS)) {
      failures = 0;
      return is(answer, BYTES) ? /** @type {R} */ (opened(await answer.arrayBuffer())) : answer.json();
    }
    there = !answer || isAway(answer);
    failures += 1;
    return there && failures < PATIENCE ? undefined : long(request);
  };
}

// A browser has six connections to a host over HTTP/1.1, too few for a long way; and six more for calls without cookies,
// of which the page needs none. So every other call goes without, until one is turned away for it.
function byTurns() {
  const [page] = /** @type {PerformanceNavigationTiming[]} */ (performance.getEntriesByType('navigation'));
  let apart = page?.nextHopProtocol.startsWith('http/1') ?? false;
  let calls = 0;
  /** @param {string} address @param {string} body */
  return async (address, body) => {
    const call = { method: 'POST', headers: { 'content-type': JSONS }, body };
    calls += 1;
    if (apart && calls % 2 === 0) {
      const answer = await fetch(address, { ...call, credentials: 'omit' });
      if (is(answer, BYTES, JSONS) || isAway(answer)) return answer;
      apart = false;
    }
    return fetch(address, call);
  };
}

/** @param {Response} answer @param {string[]} types */
function is(answer, ...types) {
  const type = answer.headers.get('content-type') ?? '';
  return answer.ok && types.some((each) => type.startsWith(each));
}

// The server is there, but cannot answer just now.
/** @param {Response} answer */
function isAway({ status }) {
  return status >= 500 || LATER.includes(status);
}
