// What comes later is asked for by an element of the page: a page from a disk may load no other way.

/** @type {Record<string, Promise<any>>} */
const LOADING = {};

/**
 * Loads a script, or what else is made for an address, once: null if it did not come. Half of it may come, or another
 * page in its place: that it is there shows by what it did. What did not come may come the next time.
 * @template {HTMLScriptElement | HTMLLinkElement} [T=HTMLScriptElement]
 * @param {string} address
 * @param {(asked: T) => unknown} isThere
 * @param {(address: string) => any} [made]
 * @returns {Promise<T | null>}
 */
function loaded(address, isThere, made = (src) => Object.assign(document.createElement("script"), { src })) {
  LOADING[address] ??= new Promise((done) => {
    const asked = made(address);
    asked.onload = asked.onerror = () => {
      if (isThere(asked)) return done(asked);
      asked.remove();
      delete LOADING[address];
      done(null);
    };
    document.head.append(asked);
  });
  return LOADING[address];
}
