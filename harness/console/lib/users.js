// Accounts of the world, as the control API lists them: the platform's own API does not tell machine users apart.

import { control } from './api.js';
import { world_events } from './server.js';

/** @typedef {{name: string, id: string, full_name: string, machine: boolean, email: string}} User */

/** @type {Promise<User[]> | null} */
let asked = null;
world_events.addEventListener('moved', () => (asked = null)); // another world may have others

/** @returns {Promise<User[]>} */
export function users() {
  asked ??= control('GET', '/users');
  asked.catch(() => (asked = null));
  return asked;
}

export const user_by_id = async (id) => (await users()).find((user) => user.id === id);
