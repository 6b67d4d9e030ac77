// The server's reply -> numbers, one Float32Array per layer.
const halves = new Float32Array(65536); // every float16, by its bits
for (let bits = 0; bits < 65536; bits += 1) {
  const exponent = (bits >> 10) & 31;
  const fraction = bits & 1023;
  let value;
  if (exponent === 0) value = fraction * 2 ** -24;
  else if (exponent === 31) value = fraction ? NaN : Infinity;
  else value = (1 + fraction / 1024) * 2 ** (exponent - 15);
  halves[bits] = bits & 0x8000 ? -value : value;
}

// Little-endian float16 in base64 -> Float32Array.
export function values(base64) {
  const text = atob(base64);
  const decoded = new Float32Array(text.length / 2);
  for (let i = 0; i < decoded.length; i += 1) {
    decoded[i] = halves[text.charCodeAt(2 * i) | (text.charCodeAt(2 * i + 1) << 8)];
  }
  return decoded;
}

export function decode(base64, layers) {
  const all = values(base64);
  const byLayer = {};
  let start = 0;
  for (const { name, maps, height, width } of layers) {
    byLayer[name] = all.subarray(start, (start += maps * height * width));
  }
  return byLayer;
}
