// All operators that make a fault. Each says which findings must appear (`findings`), which cells must become faults
// (`cells`), and which other changes belong to it (`allows`); anything else that changes makes the mutant a survivor.

import * as guard from './faults/guard.mjs';
import * as order from './faults/order.mjs';
import * as outcome from './faults/outcome.mjs';

/** The operators, in the order of the files. */
export const faults = [guard, order, outcome].flatMap((file) =>
  Object.values(file).filter((value) => typeof value === 'object'),
);
