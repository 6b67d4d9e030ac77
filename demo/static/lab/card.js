// One experiment: a card with its question, which asks the server whenever the drawing, the network or its own controls
// change, as long as it is on the screen.
import { brought } from '../core/bring.js';
import { copy, find, html, make, pick, press, say } from '../core/element.js';
import { shareLink } from '../core/link.js';
import { Live } from '../core/live.js';
import { Room } from '../core/room.js';
import { state } from '../core/store.js';
import { sent } from '../core/wire.js';
import { unpacked } from './numbers.js';

/** @typedef {import('../core/store.js').Subject} Subject */
/** @typedef {Record<string, unknown>} Settings */
/**
 * @typedef {object} Running what an experiment's script gives back when it is mounted
 * @property {() => Settings} settings what is asked with, and what a link holds
 * @property {() => Settings} [question] what is asked with, where that is more
 * @property {(reply: any, subject: Subject, settings: any) => string} show an answer, what it was asked about and with,
 *   which may have changed since; returns the sentence that tells it
 * @property {() => import('../core/store.js').Ink} [drawing] what a link holds, where that is not what is on the pad
 * @property {() => void} [refused] to be called when the server says why it does not answer
 * @property {() => Subject} [subject] what is asked about, where that is not what is on the pad; the same object, as long
 *   as there is nothing new to ask
 */
/**
 * @typedef {object} Place what an experiment's script is given
 * @property {HTMLElement} element to fill
 * @property {Settings} initial settings of a link; each may be missing, or anything
 * @property {() => void} again to be called when a control has changed
 * @property {(text: string) => void} speak to readers of the screen, once the hand rests
 */
/** @typedef {{ mount: (place: Place) => Running }} Script */

const VERSIONED = import.meta.url.split('/static/')[0]; // beside this folder

// One call at a time: an experiment is more work than an answer, and the newest settings win.
class OneAtATime extends Room {
  /** @override */
  most = 1;

  /** @override */
  become() {}
}

export class Card {
  /** @type {Running | null} */
  running = null;
  isSeen = false;
  isStale = true;
  /** @type {Subject | null} */
  asked = null;
  /** @type {Map<number, Settings>} by the number of the question */
  questions = new Map();

  /**
   * @param {string} name
   * @param {string} question
   * @param {(request: object) => Promise<any>} call
   * @param {Settings} initial
   * @param {(text: string) => void} speak
   */
  constructor(name, question, call, initial, speak) {
    this.name = name;
    this.initial = initial;
    this.speak = speak;
    this.element = make(html`
      <section class="card experiment-${name}" data-testid="experiment-${name}" tabindex="-1" aria-labelledby="experiment-${name}-question">
        <header><h2 id="experiment-${name}-question">${question}</h2>
          <button type="button" data-testid="experiment-${name}-link">Copy link</button></header>
        <p class="card-said" data-testid="experiment-${name}-said">Loading …</p>
        <div class="card-body"></div>
      </section>`);
    this.body = pick(this.element, '.card-body');
    this.said = find(this.element, `experiment-${name}-said`);
    this.live = new Live(
      (/** @type {any} */ request) => call(sent(request)),
      (reply, subject) => this.answered(unpacked(reply), subject),
      ({ kind, text }) => this.tell(kind, text),
    );
    this.live.room = new OneAtATime();
    const link = find(this.element, `experiment-${name}-link`, HTMLButtonElement);
    press(link, () => this.copyLink(link), 'Link copied');
    state.on(['subject'], () => {
      if (this.subject() !== this.asked) this.again();
    });
    new IntersectionObserver((entries) => {
      this.isSeen = entries.at(-1)?.isIntersecting ?? false; // the newest
      if (this.isSeen && this.isStale) this.again();
    }).observe(this.element);
  }

  /** Load what is the experiment's own. */
  async open() {
    const own = `${VERSIONED}/experiments/${this.name}/${this.name}`;
    const style = make(html`<link rel="stylesheet" href="${own}.css">`);
    document.head.append(style);
    try {
      /** @type {Script} */
      const { mount } = await import(`${own}.js`);
      const { body: element, initial, speak } = this;
      this.running = mount({ element, initial, again: () => this.again(), speak });
      this.again();
    } catch (error) {
      console.error(error);
      this.tell('error', 'This experiment could not be loaded. Reload the page to try again.');
    }
  }

  /** Bring it onto the screen, for pointer and keys. */
  show() {
    this.element.scrollIntoView({ block: 'start' });
    this.element.focus({ preventScroll: true });
  }

  subject() {
    return this.running?.subject?.() ?? state.subject;
  }

  again() {
    this.isStale = true;
    if (!this.running || !this.isSeen) return;
    this.isStale = false;
    const subject = this.subject();
    this.asked = subject;
    const isBlank = 'ink' in subject && !subject.ink.length;
    this.element.classList.toggle('blank', isBlank);
    if (isBlank) {
      this.tell('ready', 'Draw a digit first, on the pad of this tab or of the first.');
      return;
    }
    const settings = (this.running.question ?? this.running.settings)();
    this.live.ask(subject, { experiment: this.name, settings });
    this.questions.set(this.live.asked, settings);
  }

  /** @param {any} reply @param {Subject} subject */
  answered(reply, subject) {
    const settings = this.questions.get(reply.sequence);
    for (const number of this.questions.keys()) if (number <= reply.sequence) this.questions.delete(number);
    // Another network was chosen since, or all was cleared.
    if (!this.running || subject.network !== state.network.network || this.element.classList.contains('blank')) return;
    this.tell('ready', this.running.show(reply, subject, settings));
    this.element.dispatchEvent(new CustomEvent('lenet:tried', { bubbles: true, detail: { sequence: reply.sequence } }));
  }

  /** @param {string} kind @param {string} text */
  tell(kind, text) {
    this.said.dataset.kind = kind;
    if (kind === 'error') this.running?.refused?.();
    if (text === 'Live') return;
    say(this.said, text);
    if (this.element.contains(document.activeElement)) this.speak(text);
  }

  /** @param {HTMLButtonElement} button */
  async copyLink(button) {
    const {
      picture,
      network: { network = null },
    } = state;
    const ink = this.running?.drawing?.() ?? state.ink;
    const shown = { ink, picture, cell: null, network };
    const address = shareLink(location.href, shown, state.network.layers);
    if (!address) return 'Too much ink for a link';
    const url = new URL(address);
    url.searchParams.set('experiment', this.name);
    url.searchParams.set('settings', JSON.stringify(this.running?.settings() ?? {}));
    this.element.dataset.link = url.href;
    return (await copy(button, url.href)) ?? (brought(network ?? '') && 'Link copied, without your file');
  }
}
