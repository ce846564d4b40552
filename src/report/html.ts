/** Text as it stands in a page, in elements and attributes alike. */
export function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}

/** Something to look at, under its caption. */
export function figure(caption: string, content: string): string {
  return `<figure><figcaption>${caption}</figcaption>${content}</figure>`;
}

/** Names and what they stand for. */
export function definitions(entries: readonly (readonly [string, string])[]): string {
  const pairs = entries.map(([name, value]) => `<div><dt>${escapeHtml(name)}</dt><dd>${escapeHtml(value)}</dd></div>`);
  return `<dl>${pairs.join('')}</dl>`;
}

/** A table that scrolls where it is too wide; its first column stays. Cells are HTML; the name is for the style sheet. */
export function table(head: readonly string[], rows: readonly (readonly string[])[], name = 'table'): string {
  const headCells = head.map((cell) => `<th scope="col">${cell}</th>`).join('');
  const bodyRows = rows.map(
    ([first, ...cells]) => `<tr><th scope="row">${first}</th>${cells.map((cell) => `<td>${cell}</td>`).join('')}</tr>`,
  );
  return `<div class="table"><table class="${name}">
<thead><tr>${headCells}</tr></thead>
<tbody>
${bodyRows.join('\n')}
</tbody>
</table></div>`;
}

const PREFIXES = ['', ' k', ' M', ' G', ' T', ' P', ' E'];

/** A number to three digits with the prefix of its thousands: `3.14 P`. */
export function withPrefix(value: number): string {
  const rounded = Number(value.toPrecision(3));
  const thousands = rounded === 0 ? 0 : Math.floor(Math.log10(Math.abs(rounded)) / 3);
  const power = Math.min(Math.max(thousands, 0), PREFIXES.length - 1);
  return `${Number((rounded / 1000 ** power).toPrecision(3))}${PREFIXES[power]}`;
}

/** A number to four digits, or in whole where it has more. */
export function fourDigits(value: number): string {
  const size = Math.abs(value);
  return size >= 9999.5 && size < 1e15 ? whole(value) : value.toPrecision(4);
}

/** A share in percent, to three digits; a dash where there is nothing to share. */
export function percent(share: number): string {
  return Number.isFinite(share) ? `${Number((100 * share).toPrecision(3))} %` : '–';
}

/** A number in whole, with separators. */
export function whole(value: number): string {
  return Math.round(value).toLocaleString('en');
}

/** A span of time. */
export function duration(seconds: number): string {
  if (seconds < 99.5) return `${seconds.toPrecision(2)} s`;
  const minutes = Math.round(seconds / 60);
  return minutes < 100 ? `${minutes} min` : `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}
