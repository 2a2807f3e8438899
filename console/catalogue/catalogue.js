/** The search of the catalogue, its samples and its copy buttons: a classic script, so that pages opened as files can run it. */
(() => {
  const MOST = 30;
  const input = document.getElementById('search');
  const found = document.getElementById('found');
  const root = document.body.dataset.root ?? '';
  const entries = (globalThis.catalogueEntries ?? []).map(entry => ({
    ...entry,
    text: `${entry.kind} ${entry.name} ${entry.about}`.toLowerCase(),
  }));

  /** Entries that hold every word; those whose name begins with the first word come first. */
  function search(query) {
    const words = query.toLowerCase().split(/\s+/).filter(Boolean);
    if (words.length === 0) return [];
    const rank = entry => {
      const name = entry.name.toLowerCase();
      return (name.startsWith(words[0]) ? 0 : name.includes(words[0]) ? 1 : 2) + (entry.kind === 'event' ? 0 : 0.5);
    };
    return entries.filter(entry => words.every(word => entry.text.includes(word))).sort((a, b) => rank(a) - rank(b));
  }

  function element(name, className, text) {
    const made = document.createElement(name);
    made.className = className;
    made.textContent = text;
    return made;
  }

  function show() {
    const query = input.value.trim();
    const results = search(query);
    found.replaceChildren(
      ...results.slice(0, MOST).map(entry => {
        const link = document.createElement('a');
        link.className = 'hit';
        link.href = root + entry.address;
        link.append(
          element('span', 'kind', entry.kind),
          element('b', '', entry.name),
          element('span', 'about', entry.about),
        );
        const item = document.createElement('li');
        item.append(link);
        return item;
      }),
    );
    if (query !== '' && results.length === 0) found.append(element('li', 'miss', `Nothing is called '${query}'`));
    if (results.length > MOST) found.append(element('li', 'miss', `and ${results.length - MOST} more`));
    found.hidden = query === '';
  }

  function close() {
    found.hidden = true;
  }

  function move(step) {
    const links = [...found.querySelectorAll('a')];
    const next = links.indexOf(document.activeElement) + step;
    if (next < 0) input.focus();
    else links[Math.min(next, links.length - 1)]?.focus();
  }

  input.addEventListener('input', show);
  input.addEventListener('focus', show);
  input.parentElement.addEventListener('keydown', event => {
    if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
      event.preventDefault();
      move(event.key === 'ArrowDown' ? 1 : -1);
    } else if (event.key === 'Enter' && document.activeElement === input) {
      found.querySelector('a')?.click();
    } else if (event.key === 'Escape') {
      close();
      input.blur();
    }
  });
  document.addEventListener('click', event => {
    if (!input.parentElement.contains(event.target) || event.target.closest('a')) close();
  });
  document.addEventListener('keydown', event => {
    const isTyping = /^(INPUT|TEXTAREA)$/.test(event.target.tagName);
    if (event.key !== '/' || isTyping || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    input.focus();
  });

  const CROCKFORD = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
  const samples = [...document.querySelectorAll('code[data-event-id]')].map(code => ({ code, text: code.textContent }));

  /** An id of 48 bits of time and 80 random ones. */
  function newUlid(timeMs) {
    let id = '';
    for (let rest = timeMs; id.length < 10; rest = Math.floor(rest / 32)) id = CROCKFORD[rest % 32] + id;
    for (const byte of crypto.getRandomValues(new Uint8Array(16))) id += CROCKFORD[byte % 32];
    return id;
  }

  /** Lets every sample happen now, as an event that nobody has sent before. */
  function refreshSamples() {
    const nowMs = Date.now();
    const ids = new Map();
    for (const { code, text } of samples) {
      const { eventId, eventTime } = code.dataset;
      if (!ids.has(eventId)) ids.set(eventId, newUlid(nowMs));
      code.textContent = text
        .replaceAll(eventId, ids.get(eventId))
        .replaceAll(eventTime, new Date(nowMs).toISOString())
        .replace(" -H 'millrace-backfill: true'", '');
    }
  }
  refreshSamples();

  for (const button of document.querySelectorAll('button[data-copy]')) {
    button.addEventListener('click', async () => {
      const source = document.getElementById(button.dataset.copy);
      try {
        await navigator.clipboard.writeText(source.textContent);
        button.textContent = 'copied';
        refreshSamples();
      } catch {
        getSelection().selectAllChildren(source); // without the right to copy, what is wanted is selected
        button.textContent = 'selected';
      }
      setTimeout(() => {
        button.textContent = 'copy';
      }, 1500);
    });
  }
})();
