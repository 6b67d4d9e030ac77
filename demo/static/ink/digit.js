// The history of the one drawing that the first tab and the experiments share, so that either can go on with it.
import { state } from '../core/store.js';
import { History } from './history.js';

export const history = new History(state);
