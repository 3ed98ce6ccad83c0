// Why does a cell say that? Press it: the values behind its mechanism open below the matrix.
for (const part of document.querySelectorAll('section.spectrum')) {
  const box = part.querySelector('.why');
  const grounds = JSON.parse(part.querySelector('.grounds').textContent);
  const put = (tag, text, into) => into.appendChild(Object.assign(document.createElement(tag), { textContent: text }));
  for (const cell of part.querySelectorAll('button[data-m]')) {
    cell.addEventListener('click', () => {
      box.hidden = false;
      box.replaceChildren();
      put('p', cell.dataset.hint, box);
      const rows = grounds[cell.dataset.m];
      if (!rows.length) { put('p', 'The run lists no values for this mechanism.', box); return; }
      const table = box.appendChild(Object.assign(document.createElement('table'), { className: 'plain' }));
      const head = table.createTHead().insertRow();
      for (const word of ['Value of', 'Value', 'Plausible range', 'Grade', 'Source']) put('th', word, head);
      const body = table.createTBody();
      for (const row of rows) {
        const line = body.insertRow();
        for (const key of ['name', 'value', 'range', 'grade', 'source']) put('td', row[key], line);
      }
    });
  }
}
// Folded parts belong on paper too.
addEventListener('beforeprint', () => document.querySelectorAll('details').forEach((d) => { d.open = true; }));
