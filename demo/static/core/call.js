// The way to the server for what is asked while one draws: short where the server has it, maps in bytes and all of it
// compressed; Gradio's own where something else answers there.
import { opened } from './wire.js';

const OURS = `${import.meta.url.split('/file=')[0]}/live/`; // beside this file's own address
const BYTES = 'application/octet-stream';
const LATER = [408, 429]; // the same may be asked again; any other status from 400 to 499 says that nothing is there

/**
 * A function of the server, by the short way. Calls go Gradio's way from the first on that meets something else there.
 *
 * @template R
 * @param {string} name
 * @param {(request: object) => Promise<R | undefined>} long Gradio's way
 * @returns {(request: object) => Promise<R | undefined>} undefined: it failed
 */
export function short(name, long) {
  let there = true;
  return async (request) => {
    if (!there) return long(request);
    const body = JSON.stringify(request);
    const answer = await fetch(OURS + name, { method: 'POST', headers: { 'content-type': 'application/json' }, body });
    const type = answer.headers.get('content-type') ?? '';
    if (answer.ok && type.startsWith(BYTES)) return /** @type {R} */ (opened(await answer.arrayBuffer()));
    if (answer.ok && type.startsWith('application/json')) return answer.json(); // it was refused
    there = answer.status >= 500 || LATER.includes(answer.status);
    return there ? undefined : long(request);
  };
}
