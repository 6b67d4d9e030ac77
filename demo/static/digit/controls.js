// How the layers are shown, and what one can take along: a link, the activations, a picture.
import { state } from '../core/store.js';
import { shareLink } from '../core/link.js';

export function mount(element, { layers }, server) {
  const find = (id) => element.querySelector(`[data-testid=${id}]`);
  find('pre-activation').addEventListener('change', (event) => state.set('preActivation', event.target.checked));
  find('scale').addEventListener('change', (event) => state.set('scale', event.target.value));

  find('copy-link').addEventListener('click', async (event) => {
    const link = shareLink(layers);
    element.dataset.link = link;
    await said(event.target, () => navigator.clipboard.writeText(link), 'Link copied');
  });
  find('download-npz').addEventListener('click', (event) =>
    said(event.target, async () => {
      const reply = await server.download(state.subject);
      const bytes = Uint8Array.from(atob(reply.npz), (letter) => letter.charCodeAt(0));
      save(new Blob([bytes]), 'lenet-activations.npz');
    }, 'Saved'),
  );
  find('download-png').addEventListener('click', (event) =>
    said(event.target, async () => save(await photograph(layers), 'lenet.png'), 'Saved'),
  );
}

// Runs an action and says on the button how it went.
async function said(button, action, done) {
  const text = button.textContent;
  try {
    await action();
    button.textContent = done;
  } catch {
    button.textContent = 'That did not work; try again';
  }
  setTimeout(() => (button.textContent = text), 1500);
}

function save(blob, name) {
  const link = document.createElement('a');
  link.href = URL.createObjectURL(blob);
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10000);
}

// All layers as one picture, each map four times its size, with names.
async function photograph(layers) {
  const zoom = 4;
  const page = document.createElement('canvas');
  const width = 980;
  const rows = layers.map((layer) => ({ layer, maps: [...document.querySelectorAll(`.layer-${layer.name} .map canvas`)] }));
  const heightOf = ({ maps }) => 34 + Math.max(16, maps[0].height * zoom) + 8;
  Object.assign(page, { width, height: rows.reduce((sum, row) => sum + heightOf(row), 10) });
  const context = page.getContext('2d');
  context.fillStyle = getComputedStyle(document.body).backgroundColor;
  context.fillRect(0, 0, page.width, page.height);
  context.imageSmoothingEnabled = false;
  context.font = '16px sans-serif';
  context.fillStyle = getComputedStyle(document.querySelector('.layer h2')).color;
  let y = 10;
  for (const row of rows) {
    context.fillText(row.layer.name, 10, y + 18);
    row.maps.forEach((canvas, i) => {
      const strip = canvas.height === 1;
      const [w, h] = strip ? [width - 20, 16] : [canvas.width * zoom, canvas.height * zoom];
      context.drawImage(canvas, 10 + i * (w + 6), y + 28, w, h);
    });
    y += heightOf(row);
  }
  return new Promise((resolve) => page.toBlob(resolve, 'image/png'));
}
