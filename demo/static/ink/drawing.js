// Strokes -> a smooth line on a canvas.
import { brush } from '../core/palette.js';

/** @typedef {import('../core/store.js').Ink} Ink */

/**
 * Draw ink over all of a canvas, in the canvas's own colour.
 *
 * @param {HTMLCanvasElement} canvas
 * @param {Ink} ink
 * @param {number} pen width of the line, in pad heights
 */
export function drawInk(canvas, ink, pen) {
  const box = canvas.getBoundingClientRect();
  const ratio = devicePixelRatio || 1;
  const [width, height] = [Math.round(box.width * ratio), Math.round(box.height * ratio)];
  if (!width || !height) return;
  if (canvas.width !== width || canvas.height !== height) Object.assign(canvas, { width, height });
  const context = brush(canvas);
  context.clearRect(0, 0, width, height);
  context.lineWidth = pen * height;
  context.lineCap = context.lineJoin = 'round';
  context.strokeStyle = context.fillStyle = getComputedStyle(canvas).color;
  for (const stroke of ink) {
    const points = stroke.map(([x, y]) => [x * height, y * height]);
    const [last] = points.slice(-1);
    context.beginPath();
    if (points.every(([x, y]) => x === last[0] && y === last[1])) {
      context.arc(last[0], last[1], context.lineWidth / 2, 0, 2 * Math.PI); // no browser strokes a dot
      context.fill();
      continue;
    }
    context.moveTo(points[0][0], points[0][1]);
    // Through the middles of neighbours, with the points as control points: smooth whatever the pen's rate.
    for (let i = 1; i < points.length - 1; i += 1) {
      const [[x, y], [nextX, nextY]] = [points[i], points[i + 1]];
      context.quadraticCurveTo(x, y, (x + nextX) / 2, (y + nextY) / 2);
    }
    context.lineTo(last[0], last[1]);
    context.stroke();
  }
}

/**
 * Call `draw` whenever the canvas has another size, or a pixel of the page has: by zoom, or on another screen.
 *
 * @param {HTMLCanvasElement} canvas
 * @param {() => void} draw
 */
export function onSize(canvas, draw) {
  new ResizeObserver(draw).observe(canvas);
  const again = () => {
    matchMedia(`(resolution: ${devicePixelRatio}dppx)`).addEventListener('change', again, { once: true });
    draw();
  };
  again();
}

/**
 * A function that calls `draw` in the next animation frame, however often it is itself called until then.
 *
 * @param {() => void} draw
 */
export function onceAFrame(draw) {
  let waiting = false;
  return () => {
    if (waiting) return;
    waiting = true;
    requestAnimationFrame(() => {
      waiting = false;
      draw();
    });
  };
}
