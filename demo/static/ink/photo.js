// A photo: scaled down here, so that no large file travels, and prepared by the server.
const LARGEST = 640; // pixels of the longer side that is sent

// send(file): asks the server about a PNG in base64 and shows what comes back; returns the reply.
export function mountPhoto(input, send, status) {
  input.addEventListener('change', async () => {
    const [file] = input.files;
    input.value = '';
    if (!file) return;
    try {
      const photo = await createImageBitmap(file);
      const scale = Math.min(1, LARGEST / Math.max(photo.width, photo.height));
      const canvas = document.createElement('canvas');
      Object.assign(canvas, { width: Math.max(1, photo.width * scale), height: Math.max(1, photo.height * scale) });
      canvas.getContext('2d').drawImage(photo, 0, 0, canvas.width, canvas.height);
      const reply = await send(canvas.toDataURL('image/png').split(',')[1]);
      if (!reply || reply.error) status('error', reply?.error ?? 'The server does not answer. Try the photo again in a moment.');
    } catch {
      status('error', 'This file is no picture that can be read; choose a PNG or JPEG.');
    }
  });
}
