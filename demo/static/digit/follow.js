// The file that the page was started with: whenever it is saved again, its new weights are shown.

const PAUSE = 400; // ms between two questions

/** @typedef {import('../core/store.js').Network} Network */

/**
 * Ask for news again and again, while the page is seen.
 *
 * @param {(request: { followed: string }) => Promise<Partial<Network> | { error: string } | undefined>} ask
 * @param {(network: Network & { network: string, saved: number }) => void} onNews
 * @param {(sentence: string) => void} onTrouble
 */
export async function follow(ask, onNews, onTrouble) {
  let known = '';
  let trouble = '';
  for (;;) {
    const news = document.hidden ? {} : await ask({ followed: known }).catch(() => undefined);
    if (news && 'network' in news && news.network) {
      known = news.network.split('.')[0];
      onNews(/** @type {Network & { network: string, saved: number }} */ (news));
    }
    const told = news && 'error' in news ? news.error : '';
    if (told && told !== trouble) onTrouble(told);
    else if (trouble && !told && news) known = ''; // it is all right again: what it holds is told anew
    trouble = told;
    await new Promise((resolve) => setTimeout(resolve, PAUSE));
  }
}
