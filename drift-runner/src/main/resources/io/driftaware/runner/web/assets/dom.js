// Builds elements. Text only ever becomes a text node: nothing from the database is read as HTML.

const SVG = 'http://www.w3.org/2000/svg';

function fill(element, attributes, children) {
  for (const [name, value] of Object.entries(attributes || {})) {
    if (value === null || value === undefined || value === false) continue;
    if (name.startsWith('on')) element.addEventListener(name.slice(2), value);
    else element.setAttribute(name, value === true ? '' : String(value));
  }
  for (const child of children.flat(Infinity)) {
    if (child === null || child === undefined || child === false) continue;
    element.append(child instanceof Node ? child : String(child));
  }
  return element;
}

export function h(tag, attributes, ...children) {
  return fill(document.createElement(tag), attributes, children);
}

export function svg(tag, attributes, ...children) {
  return fill(document.createElementNS(SVG, tag), attributes, children);
}

export function byId(id) {
  return document.getElementById(id);
}

/**
 * Puts children in place of what was there, and gives the focus back to the element of the same data-key. What would look the same
 * stays as it is: whoever reads it is not disturbed.
 */
export function put(parent, ...children) {
  const fresh = children.flat(Infinity).filter((child) => child !== null && child !== undefined && child !== false)
    .map((child) => (child instanceof Node ? child : document.createTextNode(String(child))));
  const open = new Set([...parent.querySelectorAll('details[open]')].map((one) => one.dataset.key));
  for (const child of fresh) {
    if (!(child instanceof Element)) continue;
    for (const one of [child, ...child.querySelectorAll('details')]) if (one.matches('details') && open.has(one.dataset.key)) one.open = true;
  }
  const old = [...parent.childNodes];
  if (old.length === fresh.length && old.every((child, i) => child.isEqualNode(fresh[i]))) return;
  const key = parent.contains(document.activeElement) ? document.activeElement.dataset.key : undefined;
  parent.replaceChildren(...fresh);
  if (key) {
    const again = [...parent.querySelectorAll('[data-key]')].find((one) => one.dataset.key === key);
    if (again) again.focus({ preventScroll: true });
  }
}

/** A table that scrolls by itself where it is too wide. Cells are text or elements; names of numeric columns begin with '#'. */
export function table(caption, columns, rows) {
  const numeric = columns.map((column) => column.startsWith('#'));
  return h('div', { class: 'scroll', tabindex: 0, 'data-key': `table-${caption}`, role: 'region', 'aria-label': `Table: ${caption}` },
    h('table', {},
      h('caption', { class: 'hidden' }, caption),
      h('thead', {}, h('tr', {}, columns.map((column, i) =>
        h('th', { scope: 'col', class: numeric[i] ? 'number' : null }, column.replace('#', ''))))),
      h('tbody', {}, rows.map((row) => h('tr', {}, row.map((cell, i) =>
        i === 0 ? h('th', { scope: 'row' }, cell) : h('td', { class: numeric[i] ? 'number' : null }, cell)))))));
}

export function details(key, summary, ...children) {
  return h('details', { 'data-key': key }, h('summary', { 'data-key': `${key}-summary` }, summary), children);
}

const SYMBOLS = { OK: '✓', WARN: '!', DRIFT: '▲', INSUFFICIENT: '…', LEARNING: '…', STALE: '◷' };

/** @param unproven whether the value is beyond its limit, and may be by chance */
export function chip(verdict, unproven = false) {
  const known = verdict in SYMBOLS ? verdict : 'INSUFFICIENT';
  return h('span', { class: `chip ${known.toLowerCase()}` },
    h('span', { 'aria-hidden': 'true' }, SYMBOLS[known]), ' ', verdict, unproven ? ', unproven' : null);
}
