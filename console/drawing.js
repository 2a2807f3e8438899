/** How the page turns figures into elements. Nothing here knows where they come from. */

const SVG = 'http://www.w3.org/2000/svg';
const FORMAT = new Intl.NumberFormat('en-GB');

export function number(value) {
  return FORMAT.format(value);
}

export function text(id, value) {
  document.getElementById(id).textContent = value;
}

/** A bar of shares with its legend below: `parts` are {name, value, colour}, colour being a CSS variable's name. */
export function drawBar(barId, legendId, { lead, parts, joint = ' · ', tail = '' }) {
  const bar = document.getElementById(barId);
  while (bar.children.length < parts.length) bar.append(document.createElement('span'));
  parts.forEach((part, index) => {
    const share = bar.children[index];
    share.style.flexGrow = part.value;
    share.style.background = `var(--${part.colour})`;
    share.title = `${part.name}: ${number(part.value)}`;
  });
  const legend = parts.map(
    part => `<i class="swatch" style="background: var(--${part.colour})"></i><b>${number(part.value)}</b> ${part.name}`,
  );
  document.getElementById(legendId).innerHTML = `${lead} ${legend.join(joint)}${tail}`;
}

/** One card per hop: {title, service, total, rate, history}. */
export function drawHops(id, hops) {
  const list = document.getElementById(id);
  hops.forEach((hop, index) => {
    const card = list.children[index] ?? list.appendChild(newCard(hop));
    card.classList.toggle('moving', hop.rate > 0);
    card.querySelector('.count').textContent = number(hop.total);
    card.querySelector('.rate').textContent =
      `${hop.rate >= 10 ? Math.round(hop.rate) : hop.rate.toFixed(1)} per second`;
    card.querySelector('polyline').setAttribute('points', points(hop.history));
  });
}

function newCard({ title, service }) {
  const card = document.createElement('li');
  card.className = 'hop';
  const heading = document.createElement('h3');
  heading.textContent = title;
  card.append(
    heading,
    paragraph('service', service),
    paragraph('count number', ''),
    paragraph('rate', ''),
    sparkline(),
  );
  return card;
}

function paragraph(className, content) {
  const element = document.createElement('p');
  element.className = className;
  element.textContent = content;
  return element;
}

function sparkline() {
  const svg = document.createElementNS(SVG, 'svg');
  svg.setAttribute('viewBox', '0 0 100 30');
  svg.setAttribute('preserveAspectRatio', 'none');
  svg.append(document.createElementNS(SVG, 'polyline'));
  return svg;
}

function points(history) {
  const highest = Math.max(1e-9, ...history);
  const step = history.length > 1 ? 100 / (history.length - 1) : 0;
  return history
    .map((value, index) => `${(index * step).toFixed(1)},${(28 - (value / highest) * 25).toFixed(1)}`)
    .join(' ');
}

/** Rows of a table (or items of a list); a cell is text, a number, or {text, class}. `none` stands for no rows. */
export function drawRows(id, rows, none, rowElement = 'tr') {
  const cells = rows.length > 0 ? rows : [[{ text: none, class: 'none' }]];
  document.getElementById(id).replaceChildren(...cells.map(row => newRow(row, rowElement)));
}

function newRow(cells, rowElement) {
  const row = document.createElement(rowElement);
  for (const cell of cells) {
    const element = document.createElement(rowElement === 'tr' ? 'td' : 'span');
    const { text: content, class: className } = typeof cell === 'object' ? cell : { text: cell };
    element.textContent = typeof content === 'number' ? number(content) : content;
    element.title = element.textContent;
    if (className) element.className = className;
    row.append(element);
  }
  return row;
}
