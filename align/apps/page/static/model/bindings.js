// @ts-check
// Keys of commands, while a person sets them by pressing.

/** @typedef {Record<string, string[]>} Keys the keys of every command, by its name */

/**
 * @param {Pick<Binding, "name" | "keys">[]} commands
 * @returns {Keys}
 */
const keysOf = commands => Object.fromEntries(commands.map(({ name, keys }) => [name, keys]));

/**
 * The other commands that have one of these keys.
 * @template {Pick<Binding, "name" | "keys">} T
 * @param {T[]} commands
 * @param {string} name
 * @param {string[]} keys
 */
export const ownersOf = (commands, name, keys) =>
  commands.filter(one => one.name !== name && one.keys.some(key => keys.includes(key)));

/**
 * Return the keys of all commands after one was given these; others lose them.
 * @param {Pick<Binding, "name" | "keys">[]} commands
 * @param {string} name
 * @param {string[]} keys
 * @returns {Keys}
 */
export function giveKeys(commands, name, keys) {
  const others = commands.map(one => ({
    name: one.name,
    keys: one.keys.filter(key => !keys.includes(key)),
  }));
  return { ...keysOf(others), [name]: [...new Set(keys)] };
}

/** @param {Pick<Binding, "keys" | "usual">} command */
export const isUsual = ({ keys, usual }) => `${keys}` === `${usual}`;
