// Networks of the visitor's own: the page holds their files, and brings one again to a server that does not know it.

const MOST = 8; // files that are held

/** @typedef {{ file: string, name: string, labels?: unknown }} Own a file of weights, in base64; labels of its outputs */
/** @typedef {import('./store.js').Network} Network */
/** @typedef {(request: object) => Promise<(Network & { network: string }) | { error: string } | undefined>} Open */

// Known to this page alone: whoever has the same file cannot find out that somebody else has it.
const secret = [...crypto.getRandomValues(new Uint8Array(16))]
  .map((byte) => byte.toString(16).padStart(2, '0'))
  .join('');

/** @type {Map<string, Own>} by the server's sums */
const files = new Map();
/** @type {Map<string, ReturnType<Open>>} that are brought just now */
const underWay = new Map();
/** @type {Open} */
let open = async () => undefined;

/** @param {Open} call the server's function */
export function mountBring(call) {
  open = call;
}

/**
 * Have the server open a file. Returns its answer.
 *
 * @param {Own} own
 */
export async function bring(own) {
  const { file, labels } = own;
  const reply = await open({ file, secret, ...(labels ? { labels } : {}) });
  if (reply && 'network' in reply) {
    files.delete(sumOf(reply.network));
    files.set(sumOf(reply.network), own);
    if (files.size > MOST) files.delete(/** @type {string} */ (files.keys().next().value));
  }
  return reply;
}

/** @param {string} network @returns what was brought under that name */
export const brought = (network) => files.get(sumOf(network));

/** @param {string} network */
const sumOf = (network) => network.split('.')[0];

/**
 * A function of the server that may not know the network of a request: then it is brought, and asked again.
 *
 * @template R
 * @param {(request: any) => Promise<R>} call
 * @returns {(request: any) => Promise<R>}
 */
export const bringing = (call) => async (request) => {
  const reply = await call(request);
  const own = request?.network && isUnknown(reply) && brought(request.network);
  if (!own) return reply;
  const sum = sumOf(request.network);
  if (!underWay.has(sum))
    underWay.set(
      sum,
      bring(own).finally(() => underWay.delete(sum)),
    );
  const opened = await underWay.get(sum);
  // It is asked again in a moment, as after any call that is lost.
  return opened && 'network' in opened ? call(request) : /** @type {any} */ ({ ...reply, busy: true });
};

/** @param {unknown} reply */
const isUnknown = (reply) => typeof reply === 'object' && reply !== null && 'unknown' in reply;
