/**
 * Parents before their children, each with how deep it stands; what names a parent that is not there is a root.
 * @template {{id: string, parent?: string | null}} T
 * @param {T[]} items @returns {{item: T, depth: number}[]}
 */
export function tree_order(items) {
  const ids = new Set(items.map((item) => item.id));
  const children = new Map();
  for (const item of items) {
    const parent = item.parent && ids.has(item.parent) && item.parent !== item.id ? item.parent : '';
    children.set(parent, [...(children.get(parent) ?? []), item]);
  }
  const result = [];
  const seen = new Set();
  const walk = (parent, depth) => {
    for (const item of children.get(parent) ?? []) {
      if (seen.has(item.id)) continue;
      seen.add(item.id);
      result.push({ item, depth });
      walk(item.id, depth + 1);
    }
  };
  walk('', 0);
  for (const item of items) if (!seen.has(item.id)) result.push({ item, depth: 0 }); // a circle has no root
  return result;
}
