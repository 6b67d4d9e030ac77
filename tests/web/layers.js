// The shapes of LAYERS, for tests.
const layer = (name, kind, maps, height, width, kernel, stride, padding) => ({
  name,
  kind,
  maps,
  height,
  width,
  kernel,
  stride,
  padding,
  parameters: 0,
});

export const LAYERS = [
  layer('input', 'picture', 1, 28, 28, 1, 1, 0),
  layer('C1', 'convolution', 6, 28, 28, 5, 1, 2),
  layer('S2', 'pooling', 6, 14, 14, 2, 2, 0),
  layer('C3', 'convolution', 16, 10, 10, 5, 1, 0),
  layer('S4', 'pooling', 16, 5, 5, 2, 2, 0),
  layer('C5', 'fully connected', 120, 1, 1, 5, 1, 0),
  layer('F6', 'fully connected', 84, 1, 1, 1, 1, 0),
  layer('output', 'fully connected', 10, 1, 1, 1, 1, 0),
];
