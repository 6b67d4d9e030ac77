// The pen: pointer events -> strokes of a drawing.

/** @typedef {import('./history.js').History} History */
/** @typedef {import('../core/store.js').Point} Point */

const NEAREST = 0.002; // pad heights; a point closer to the last one adds nothing
const MOST_POINTS = 20000; // what the server reads at once

/** @param {HTMLCanvasElement} canvas @param {History} history */
export function mountPen(canvas, history) {
  const { drawing } = history;
  /** @type {number | null} */
  let pointer = null;
  let edit = 0; // the version of the drawing that the stroke belongs to

  canvas.addEventListener('pointerdown', (event) => {
    if (pointer !== null || event.button !== 0) return;
    if (drawing.ink.reduce((sum, stroke) => sum + stroke.length, 0) >= MOST_POINTS) {
      drawing.update({
        status: { kind: 'error', text: 'The pad is full. Clear it, or undo a few strokes, to draw on.' },
      });
      return;
    }
    event.preventDefault();
    canvas.focus({ preventScroll: true });
    pointer = event.pointerId;
    try {
      canvas.setPointerCapture(pointer);
    } catch {
      // A pointer that is already gone cannot be captured; the stroke is a dot.
    }
    history.edit([...drawing.ink, [place(event, canvas.getBoundingClientRect())]]);
    edit = history.edits;
  });

  canvas.addEventListener('pointermove', (event) => {
    if (event.pointerId !== pointer || edit !== history.edits) return;
    const box = canvas.getBoundingClientRect();
    const before = drawing.ink[drawing.ink.length - 1];
    const stroke = [...before];
    const events = event.getCoalescedEvents?.() ?? [];
    for (const each of events.length ? events : [event]) {
      const [x, y] = place(each, box);
      const [lastX, lastY] = stroke[stroke.length - 1];
      if (Math.hypot(x - lastX, y - lastY) >= NEAREST) stroke.push([x, y]);
    }
    if (stroke.length > before.length) drawing.update({ ink: [...drawing.ink.slice(0, -1), stroke] });
  });

  const end = (/** @type {PointerEvent} */ event) => {
    if (event.pointerId === pointer) pointer = null;
  };
  canvas.addEventListener('pointerup', end);
  canvas.addEventListener('pointercancel', end);
  canvas.addEventListener('lostpointercapture', end);
}

/** @param {PointerEvent} event @param {DOMRect} box @returns {Point} */
function place(event, box) {
  const within = (/** @type {number} */ way) => Math.round((way / box.height) * 1e4) / 1e4;
  return [within(event.clientX - box.left), within(event.clientY - box.top)];
}
