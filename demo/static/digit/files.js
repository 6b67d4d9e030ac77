// Files that visitors bring: weights as they are sent, and labels. What is wrong with either is thrown in words.

const LARGEST = 4_000_000; // bytes of a file

/** @param {File} file @returns {Promise<unknown>} what is wrong with them, the server says */
export async function labelsIn(file) {
  try {
    return JSON.parse(await file.text()).labels ?? [];
  } catch {
    throw new Error(`${file.name} holds no labels; it should look like {"labels": ["shirt", "bag"]}.`);
  }
}

/** @param {File} file */
export async function inBase64(file) {
  if (file.size > LARGEST)
    throw new Error(`${file.name} has ${(file.size / 1e6).toFixed(1)} MB; at most ${LARGEST / 1e6} MB can be opened.`);
  const bytes = new Uint8Array(await file.arrayBuffer());
  const pieces = [];
  for (let i = 0; i < bytes.length; i += 8190) pieces.push(btoa(String.fromCharCode(...bytes.subarray(i, i + 8190))));
  return pieces.join('');
}
