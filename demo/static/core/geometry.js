// Which cells a cell sees and can influence, from the shapes of LAYERS alone. Boxes are inclusive.

// Layer name -> box in every earlier layer; `map` is the only map seen, null for all.
export function receptiveField(layers, cell) {
  const boxes = {};
  let rows = [cell.row, cell.row];
  let columns = [cell.column, cell.column];
  let map = cell.map;
  for (let i = position(layers, cell.layer); i > 0; i -= 1) {
    const before = layers[i - 1];
    rows = back(layers[i], rows, before.height);
    columns = back(layers[i], columns, before.width);
    if (layers[i].kind !== 'pooling') map = null;
    boxes[before.name] = { top: rows[0], bottom: rows[1], left: columns[0], right: columns[1], map };
  }
  return boxes;
}

// Layer name -> box in every later layer that the cell reaches.
export function influence(layers, cell) {
  const boxes = {};
  let rows = [cell.row, cell.row];
  let columns = [cell.column, cell.column];
  let map = cell.map;
  for (const later of layers.slice(position(layers, cell.layer) + 1)) {
    rows = forth(later, rows, later.height);
    columns = forth(later, columns, later.width);
    if (rows[0] > rows[1] || columns[0] > columns[1]) break;
    if (later.kind !== 'pooling') map = null;
    boxes[later.name] = { top: rows[0], bottom: rows[1], left: columns[0], right: columns[1], map };
  }
  return boxes;
}

export const position = (layers, name) => layers.findIndex((layer) => layer.name === name);

function back({ stride, padding, kernel }, [first, last], size) {
  return [Math.max(first * stride - padding, 0), Math.min(last * stride - padding + kernel - 1, size - 1)];
}

function forth({ stride, padding, kernel }, [first, last], size) {
  return [
    Math.max(Math.ceil((first + padding - kernel + 1) / stride), 0),
    Math.min(Math.floor((last + padding) / stride), size - 1),
  ];
}
