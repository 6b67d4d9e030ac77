// Numbers -> colours. Zero is the page's own background; orange is positive, blue negative: a pair that
// people with any common colour blindness can tell apart.

/** @typedef {[red: number, green: number, blue: number]} Colour */
/** @typedef {{ positive: Uint32Array, negative: Uint32Array }} Palette colours by step, as a canvas stores them */
/** @typedef {'light' | 'dark'} Mode */

/** @type {Record<Mode, { zero: Colour, positive: Colour[], negative: Colour[] }>} */
const STOPS = {
  light: {
    zero: [247, 248, 250],
    positive: [
      [253, 196, 132],
      [232, 104, 20],
      [110, 40, 0],
    ],
    negative: [
      [168, 204, 240],
      [38, 110, 190],
      [6, 38, 96],
    ],
  },
  dark: {
    zero: [17, 22, 34],
    positive: [
      [110, 52, 10],
      [234, 120, 30],
      [255, 226, 180],
    ],
    negative: [
      [18, 58, 110],
      [62, 142, 224],
      [200, 228, 255],
    ],
  },
};
const STEPS = 256;

/** @returns {Mode} */
const mode = () => (darkened().length ? 'dark' : 'light');

const darkened = () => [document.body, document.documentElement].filter(({ classList }) => classList.contains('dark'));

/** @param {Colour} zero @param {Colour[]} stops */
function ramp(zero, stops) {
  const points = [zero, ...stops];
  const colours = new Uint32Array(STEPS);
  for (let i = 0; i < STEPS; i += 1) {
    const at = (i / (STEPS - 1)) * (points.length - 1);
    const low = Math.min(Math.floor(at), points.length - 2);
    const [r, g, b] = points[low].map((value, k) => Math.round(value + (points[low + 1][k] - value) * (at - low)));
    colours[i] = (255 << 24) | (b << 16) | (g << 8) | r;
  }
  return colours;
}

/** @param {Mode} name */
const signedRamps = (name) => {
  const { zero, positive, negative } = STOPS[name];
  return { positive: ramp(zero, positive), negative: ramp(zero, negative) };
};
/** @type {Record<Mode, Palette>} */
const ramps = { light: signedRamps('light'), dark: signedRamps('dark') };

/** @param {Colour} paper @param {Colour} ink */
const inkRamps = (paper, ink) => ({ positive: ramp(paper, [ink]), negative: ramp(paper, [paper]) });
/** @type {Record<Mode, Palette>} */
const inks = {
  light: inkRamps([255, 255, 255], [30, 41, 59]),
  dark: inkRamps([30, 41, 59], [241, 245, 249]),
};

export const palette = () => ramps[mode()];

// For the input picture: paper to ink, as on the pad.
export const inkPalette = () => inks[mode()];

/**
 * The largest magnitude in values, at least `least` so that a sleeping layer does not glow; whether any is negative.
 *
 * @param {Iterable<number>} values
 * @param {number} [least]
 */
export function range(values, least = 1) {
  let most = least;
  let signed = false;
  for (const value of values) {
    if (value < 0) signed = true;
    const size = Math.abs(value);
    if (size > most) most = size;
  }
  return { most, signed };
}

/** @type {WeakMap<HTMLCanvasElement, { context: CanvasRenderingContext2D, pixels: ImageData, words: Uint32Array }>} */
const painted = new WeakMap();

/**
 * Paint values (height x width) into a canvas of that size, `most` in full colour. What is there already stays.
 *
 * @param {HTMLCanvasElement} canvas
 * @param {ArrayLike<number>} values
 * @param {number} width
 * @param {number} height
 * @param {number} most
 * @param {Palette} [colours]
 */
export function paint(canvas, values, width, height, most, colours = palette()) {
  if (canvas.width !== width || canvas.height !== height) Object.assign(canvas, { width, height });
  let kept = painted.get(canvas);
  let changed = !kept || kept.pixels.width !== width || kept.pixels.height !== height;
  if (!kept || changed) {
    const context = kept?.context ?? brush(canvas);
    const pixels = context.createImageData(width, height);
    kept = { context, pixels, words: new Uint32Array(pixels.data.buffer) };
    painted.set(canvas, kept);
  }
  const { words } = kept;
  const scale = (STEPS - 1) / most;
  for (let i = 0; i < values.length; i += 1) {
    const value = values[i];
    const step = Math.min(STEPS - 1, Math.round(Math.abs(value) * scale));
    const word = value < 0 ? colours.negative[step] : colours.positive[step];
    changed ||= words[i] !== word;
    words[i] = word;
  }
  if (changed) kept.context.putImageData(kept.pixels, 0, 0);
}

/**
 * Paint a layer into the canvases of its maps.
 *
 * @param {HTMLCanvasElement[]} canvases
 * @param {Float32Array} values of all of them
 * @param {number | null} most what full colour stands for; null: of each map its largest
 * @param {Palette} [colours]
 */
export function paintMaps(canvases, values, most, colours) {
  const size = values.length / canvases.length;
  canvases.forEach((canvas, map) => {
    const part = values.subarray(map * size, (map + 1) * size);
    paint(canvas, part, canvas.width, canvas.height, most ?? range(part, 0.01).most, colours);
  });
}

/** @param {HTMLCanvasElement} canvas */
export const brush = (canvas) => /** @type {CanvasRenderingContext2D} */ (canvas.getContext('2d'));

/** @type {HTMLCanvasElement | undefined} */
let scratch;

/**
 * The same as an image, for what does not follow the pen: every canvas costs each frame a little.
 *
 * @param {HTMLImageElement} image
 * @param {ArrayLike<number>} values
 * @param {number} width
 * @param {number} height
 * @param {number} most
 * @param {Palette} [colours]
 */
export function picture(image, values, width, height, most, colours) {
  scratch ??= document.createElement('canvas');
  paint(scratch, values, width, height, most, colours);
  image.src = scratch.toDataURL();
}

/**
 * Background and text colour, as CSS, of a number among numbers of at most `most`.
 *
 * @param {number} value
 * @param {number} most
 */
export function css(value, most) {
  const { positive, negative } = palette();
  const step = Math.min(STEPS - 1, Math.round((Math.abs(value) / most) * (STEPS - 1)));
  const word = (value < 0 ? negative : positive)[step];
  const [r, g, b] = [word & 255, (word >> 8) & 255, (word >> 16) & 255];
  // Black or white, whichever stands out more (WCAG 2 relative luminance).
  const [red, green, blue] = [r, g, b].map((part) =>
    part / 255 <= 0.04045 ? part / 255 / 12.92 : ((part / 255 + 0.055) / 1.055) ** 2.4,
  );
  const luminance = 0.2126 * red + 0.7152 * green + 0.0722 * blue;
  return `background:rgb(${r} ${g} ${b});color:${luminance > 0.179 ? '#000' : '#fff'}`;
}

/**
 * A CSS gradient of the scale, from -most (if signed) to most.
 *
 * @param {boolean} signed
 */
export function gradient(signed) {
  const { zero, positive, negative } = STOPS[mode()];
  const shade = (/** @type {Colour} */ [r, g, b]) => `rgb(${r} ${g} ${b})`;
  const up = [zero, ...positive].map(shade);
  const down = signed ? [...negative].reverse().map(shade) : [];
  return `linear-gradient(to right, ${[...down, ...up].join(', ')})`;
}

/** A browser that darkens pages by itself would do it to half of this one: it gets the dark page instead. */
export function mindDarkening() {
  const probe = document.createElement('i');
  probe.style.cssText = 'background-color: canvas; color-scheme: light';
  document.body.append(probe);
  const [red, green, blue] = getComputedStyle(probe)
    .backgroundColor.match(/[\d.]+/g)
    ?.map(Number) ?? [255, 255, 255];
  probe.remove();
  if (red + green + blue > 384 || matchMedia('(forced-colors: active)').matches) return;
  document.documentElement.style.colorScheme = 'dark';
  document.body.classList.add('dark');
}

/** @type {Set<() => void>} */
const listeners = new Set();
/** @type {Element[] | null} what is dark but for the time of printing */
let lightened = null;

// Paper is white. What is printed is what stands there when this event is over.
globalThis.addEventListener?.('beforeprint', () => {
  lightened ??= darkened();
  for (const { classList } of lightened) classList.remove('dark');
  for (const listener of listeners) listener();
});
globalThis.addEventListener?.('afterprint', () => {
  for (const { classList } of lightened ?? []) classList.add('dark');
  lightened = null;
});

/**
 * The page's colours changed between light and dark.
 *
 * @param {() => void} listener
 */
export function onTheme(listener) {
  const observer = new MutationObserver(listener);
  for (const element of [document.body, document.documentElement]) {
    observer.observe(element, { attributes: true, attributeFilter: ['class'] });
  }
  listeners.add(listener);
}
