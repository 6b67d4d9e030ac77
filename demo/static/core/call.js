// The way to the server for what is asked while one draws: short where the server has it, maps in bytes and all of it
// compressed; Gradio's own where something else answers there.
import { opened } from './wire.js';

const OURS = `${import.meta.url.split('/file=')[0]}/live/`; // beside this file's own address
const BYTES = 'application/octet-stream; layout=2'; // another is that of an older or newer server
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
  let failures = 0; // one after the other: those of calls that were under way together are one
  return async (request) => {
    if (!there) return long(request);
    const before = failures;
    const answer = await post(OURS + name, JSON.stringify(request));
    const reply = answer && (await opening(answer));
    if (reply) {
      failures = 0;
      return /** @type {R} */ (reply);
    }
    if (answer && !isAway(answer) && !isOurs(answer)) there = false;
    failures = Math.max(failures, before + 1);
    return there && failures < PATIENCE ? undefined : long(request);
  };
}

// A browser has six connections to a host over HTTP/1.1, too few for a long way; and six more for calls without cookies,
// of which the page needs none. So every other call goes without, until one is turned away, or some get lost while those
// with cookies come through.
function byTurns() {
  const [page] = /** @type {PerformanceNavigationTiming[]} */ (performance.getEntriesByType('navigation'));
  let apart = page?.nextHopProtocol.startsWith('http/1') ?? false;
  let calls = 0;
  let lost = 0; // without cookies, since a call with them was lost too
  /** @param {string} address @param {string} body @returns {Promise<Response | undefined>} */
  return async (address, body) => {
    const call = { method: 'POST', headers: { 'content-type': JSONS }, body };
    const post = (/** @type {RequestInit} */ options) => fetch(address, { ...call, ...options }).catch(() => undefined);
    calls += 1;
    const isBare = apart && calls % 2 === 0;
    const answer = await post(isBare ? { credentials: 'omit', redirect: 'manual' } : {});
    const came = answer && isOurs(answer);
    if (Boolean(came) === isBare) lost = 0; // or both are lost
    if (came || !isBare) return answer;
    lost += 1;
    const isTurnedAway = answer && !isAway(answer);
    if (isTurnedAway || lost >= PATIENCE) apart = false;
    return isTurnedAway ? post({}) : answer;
  };
}

// What an answer holds; nothing, when it is none of ours or broke off.
/** @param {Response} answer */
async function opening(answer) {
  try {
    if (isOurs(answer, BYTES)) return opened(await answer.arrayBuffer());
    const refusal = isOurs(answer) ? await answer.json() : null;
    return typeof refusal?.error === 'string' ? refusal : undefined;
  } catch {
    return undefined;
  }
}

/** @param {Response} answer @param {string[]} types */
function isOurs(answer, ...types) {
  const type = answer.headers.get('content-type') ?? '';
  return answer.ok && (types.length ? types : [BYTES, JSONS]).some((each) => type.startsWith(each));
}

// The server is there, but cannot answer just now.
/** @param {Response} answer */
function isAway({ status }) {
  return status >= 500 || LATER.includes(status);
}
