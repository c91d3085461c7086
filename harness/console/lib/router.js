// Addresses: "#/projects/x/variables?environment=main". What stands before "?" chooses the page,
// the rest are its settings.

/**
 * @typedef {{path: string, query: URLSearchParams}} Address
 * @typedef {{pattern: string, page: any, params: Record<string, string>}} Match
 */

/** @param {string} hash @returns {Address} */
export function address_in(hash) {
  const text = hash.replace(/^#/, '') || '/';
  const at = text.indexOf('?');
  const path = at < 0 ? text : text.slice(0, at);
  return {
    path: path.startsWith('/') ? path : `/${path}`,
    query: new URLSearchParams(at < 0 ? '' : text.slice(at + 1)),
  };
}

const decoded = (text) => {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
};

/** @param {{pattern: string, page: any}[]} routes @param {string} path @returns {Match | null} */
export function match(routes, path) {
  const parts = path.split('/').filter(Boolean);
  for (const { pattern, page } of routes) {
    const wanted = pattern.split('/').filter(Boolean);
    if (wanted.length !== parts.length) continue;
    const params = {};
    const fits = wanted.every((part, i) => {
      if (!part.startsWith(':')) return part === parts[i];
      params[part.slice(1)] = decoded(parts[i]);
      return true;
    });
    if (fits) return { pattern, page, params };
  }
  return null;
}

/** "#/projects/x?environment=main"; what is empty is left out. */
export function link_to(path, query = {}) {
  const given = Object.entries(query).filter(
    ([, value]) => value !== '' && value !== null && value !== undefined && value !== false,
  );
  const text = new URLSearchParams(given.map(([key, value]) => [key, value === true ? '1' : value])).toString();
  return `#${path}${text ? `?${text}` : ''}`;
}

export const go = (path, query) => {
  location.hash = link_to(path, query);
};

/** Changes the settings in the address without a new entry in the history, and without a new page. */
export function keep_in_address(path, query) {
  history.replaceState(history.state, '', link_to(path, query));
}
