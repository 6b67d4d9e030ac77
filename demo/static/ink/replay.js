// Example drawings: thumbnails that replay their strokes on the pad as if someone drew them.
const SPEED = 1.6; // pad heights a second

// Shows the part of the pad from (x, y) that is width x height pad heights on each thumbnail.
// fit: strokes -> where they go on the pad as it is.
export function mountExamples(place, examples, history, [x, y, width, height] = [0.12, 0.12, 0.76, 0.76], fit = (strokes) => strokes) {
  for (const { name, strokes } of examples) {
    const button = document.createElement('button');
    button.type = 'button';
    button.dataset.testid = `example-${name.split(' ').at(-1)}`;
    button.title = `Draw ${name}`;
    button.setAttribute('aria-label', `Draw ${name}`);
    button.innerHTML = `<svg viewBox="${x} ${y} ${width} ${height}" aria-hidden="true">${strokes
      .map((stroke) => `<polyline points="${stroke.map((point) => point.join(',')).join(' ')}"/>`)
      .join('')}</svg>`;
    button.addEventListener('click', () => replay(fit(strokes), history));
    place.append(button);
  }
}

function replay(strokes, history) {
  history.replace([]);
  if (matchMedia('(prefers-reduced-motion: reduce)').matches) {
    history.drawing.set('ink', strokes);
    return;
  }
  let stopped = false;
  document.addEventListener('lenet:edit', () => (stopped = true), { once: true });
  const started = performance.now();
  const step = (now) => {
    if (stopped) return;
    const drawn = cut(strokes, ((now - started) / 1000) * SPEED);
    history.drawing.set('ink', drawn.ink);
    if (!drawn.whole) requestAnimationFrame(step);
  };
  requestAnimationFrame(step);
}

// The part of the strokes that a pen has drawn after so much way.
function cut(strokes, way) {
  const ink = [];
  for (const stroke of strokes) {
    const part = [stroke[0]];
    for (let i = 1; i < stroke.length; i += 1) {
      way -= Math.hypot(stroke[i][0] - stroke[i - 1][0], stroke[i][1] - stroke[i - 1][1]);
      if (way < 0) return { ink: [...ink, part], whole: false };
      part.push(stroke[i]);
    }
    ink.push(stroke);
  }
  return { ink, whole: true };
}
