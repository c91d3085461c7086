// Elements made in code. Whatever comes from a server becomes a text node or an attribute, never markup.

const kSvg = 'http://www.w3.org/2000/svg';
const kProperties = new Set([
  'value',
  'checked',
  'disabled',
  'selected',
  'readOnly',
  'open',
  'hidden',
  'indeterminate',
]);

/**
 * @typedef {Node | string | number | null | undefined | false | Child[]} Child
 * @typedef {Record<string, any>} Props `on`: listeners by event; `css`: CSS properties; the rest are attributes, of
 *   which null, undefined and false are left out
 */

function put(element, props, children) {
  for (const [name, value] of Object.entries(props ?? {})) {
    if (value === null || value === undefined) continue;
    if (name === 'on') {
      for (const [event, listener] of Object.entries(value)) if (listener) element.addEventListener(event, listener);
    } else if (name === 'css') {
      for (const [property, text] of Object.entries(value)) element.style.setProperty(property, text);
    } else if (kProperties.has(name)) {
      element[name] = value;
    } else if (value !== false) {
      element.setAttribute(name, value === true ? '' : String(value));
    }
  }
  append(element, children);
  return element;
}

function append(element, children) {
  for (const child of children) {
    if (Array.isArray(child)) append(element, child);
    else if (child !== null && child !== undefined && child !== false) element.append(child);
  }
}

/** @param {string} tag @param {Props} [props] @param {...Child} children @returns {HTMLElement} */
export function h(tag, props, ...children) {
  const element = put(document.createElement(tag), { ...props, value: undefined }, children);
  if (props?.value !== undefined && props.value !== null) element.value = props.value; // a select has its options now
  return element;
}

/** @param {string} tag @param {Props} [props] @param {...Child} children @returns {SVGElement} */
export function svg(tag, props, ...children) {
  return put(document.createElementNS(kSvg, tag), props, children);
}

/** @param {Element} element @param {...Child} children what it holds from now on */
export function fill(element, ...children) {
  element.replaceChildren();
  append(element, children);
  return element;
}

let last = 0;
/** An id that no other element has. */
export const fresh_id = (stem) => `${stem}-${++last}`;
