// A decision: what it means, the token that it takes, and what came of it.

import { hasToken, knownToken, setToken } from './api.js';
import { byId, h } from './dom.js';

function told(box, heading, outcome) {
  const close = h('button', { type: 'button', onclick: () => box.close() }, 'Close');
  box.replaceChildren(h('h2', { id: 'dialog-title' }, heading), h('div', { class: 'outcome', role: 'status' }, outcome), h('div', { class: 'buttons' }, close));
  close.focus();
}

/**
 * @param content what it means, above the token
 * @param then does it; what it returns is told, and where that is nothing the page shows it
 * @returns holds the button that does it, or lets it go; while it is done the button is held besides
 */
export function dialog(heading, content, action, then) {
  const box = byId('dialog');
  const field = h('input', { type: 'password', id: 'token', autocomplete: 'off', required: !hasToken(), spellcheck: 'false' });
  const problem = h('p', { class: 'note error', role: 'alert' });
  const submit = h('button', { type: 'submit' }, action);
  let held = false;
  let underWay = false;
  const show = () => { submit.disabled = held || underWay; };
  const form = h('form', { onsubmit: async (event) => {
    event.preventDefault();
    const before = knownToken();
    if (field.value) setToken(field.value);
    const used = knownToken();
    problem.textContent = '';
    underWay = true;
    show();
    try {
      const outcome = await then();
      // Who went on to another decision is not told of this one; the page shows what came of it.
      if (!box.contains(form)) return;
      if (outcome) told(box, heading, outcome);
      else box.close();
    } catch (failure) {
      // A token that is refused here would be refused everywhere.
      if (failure.status === 401 && knownToken() === used) setToken(before);
      problem.textContent = `${failure.message}.`;
    }
    underWay = false;
    show();
  } },
  h('h2', { id: 'dialog-title' }, heading), content,
  h('label', { for: 'token' }, hasToken() ? 'Token, if another one' : 'Token'), field,
  h('p', { class: 'note' }, 'It is kept in this page until you close or reload it, and nowhere else.'), problem,
  h('div', { class: 'buttons' }, submit, h('button', { type: 'button', class: 'quiet', onclick: () => box.close() }, 'Cancel')));
  box.replaceChildren(form);
  box.showModal();
  return (hold) => {
    held = hold;
    show();
  };
}
