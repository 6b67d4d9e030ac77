// Numbers -> colours. Zero is the page's own background; orange is positive, blue negative: a pair that
// people with any common colour blindness can tell apart.
const STOPS = {
  light: { zero: [247, 248, 250], positive: [[253, 196, 132], [232, 104, 20], [110, 40, 0]], negative: [[168, 204, 240], [38, 110, 190], [6, 38, 96]] },
  dark: { zero: [17, 22, 34], positive: [[110, 52, 10], [234, 120, 30], [255, 226, 180]], negative: [[18, 58, 110], [62, 142, 224], [200, 228, 255]] },
};
const STEPS = 256;

export const isDark = () => document.body.classList.contains('dark') || document.documentElement.classList.contains('dark');

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

const ramps = Object.fromEntries(
  Object.entries(STOPS).map(([mode, { zero, positive, negative }]) => [
    mode,
    { positive: ramp(zero, positive), negative: ramp(zero, negative) },
  ]),
);

const inks = {
  light: { positive: ramp([255, 255, 255], [[30, 41, 59]]) },
  dark: { positive: ramp([30, 41, 59], [[241, 245, 249]]) },
};

export const palette = () => ramps[isDark() ? 'dark' : 'light'];

// For the input picture: paper to ink, as on the pad.
export const inkPalette = () => inks[isDark() ? 'dark' : 'light'];

// The largest magnitude in values, at least `least` so that a sleeping layer does not glow; whether any is negative.
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

// Paint values (height x width) into a canvas of that size, `most` in full colour.
export function paint(canvas, values, width, height, most, colours = palette()) {
  if (canvas.width !== width || canvas.height !== height) Object.assign(canvas, { width, height });
  const context = (canvas.context ??= canvas.getContext('2d'));
  let changed = !canvas.pixels || canvas.pixels.width !== width || canvas.pixels.height !== height;
  if (changed) {
    canvas.pixels = context.createImageData(width, height);
    canvas.words = new Uint32Array(canvas.pixels.data.buffer);
  }
  const scale = (STEPS - 1) / most;
  for (let i = 0; i < values.length; i += 1) {
    const value = values[i];
    const step = Math.min(STEPS - 1, Math.round(Math.abs(value) * scale));
    const word = value < 0 ? colours.negative[step] : colours.positive[step];
    changed ||= canvas.words[i] !== word;
    canvas.words[i] = word;
  }
  if (changed) context.putImageData(canvas.pixels, 0, 0);
}

// The same as an image, for what does not follow the pen: every canvas costs each frame a little.
const scratch = document.createElement('canvas');
export function picture(image, ...painted) {
  paint(scratch, ...painted);
  image.src = scratch.toDataURL();
}

// Background and text colour of a number among numbers of at most `most`.
export function css(value, most) {
  const { positive, negative } = palette();
  const step = Math.min(STEPS - 1, Math.round((Math.abs(value) / most) * (STEPS - 1)));
  const word = (value < 0 ? negative : positive)[step];
  const [r, g, b] = [word & 255, (word >> 8) & 255, (word >> 16) & 255];
  // Black or white, whichever stands out more (WCAG 2 relative luminance).
  const [red, green, blue] = [r, g, b].map((part) => (part / 255 <= 0.04045 ? part / 255 / 12.92 : ((part / 255 + 0.055) / 1.055) ** 2.4));
  const luminance = 0.2126 * red + 0.7152 * green + 0.0722 * blue;
  return `background:rgb(${r} ${g} ${b});color:${luminance > 0.179 ? '#000' : '#fff'}`;
}

// A picture's bytes from hexadecimal.
export const pixelsOf = (hex) => Uint8Array.from(hex.match(/../g), (byte) => parseInt(byte, 16));

// A CSS gradient of the scale, from -most (if signed) to most.
export function gradient(signed) {
  const { zero, positive, negative } = STOPS[isDark() ? 'dark' : 'light'];
  const css = ([r, g, b]) => `rgb(${r} ${g} ${b})`;
  const up = [zero, ...positive].map(css);
  const down = signed ? [...negative].reverse().map(css) : [];
  return `linear-gradient(to right, ${[...down, ...up].join(', ')})`;
}

// The page's colours changed between light and dark.
export function onTheme(listener) {
  const observer = new MutationObserver(listener);
  for (const element of [document.body, document.documentElement]) {
    observer.observe(element, { attributes: true, attributeFilter: ['class'] });
  }
}
