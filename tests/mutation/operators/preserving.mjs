// All operators that must not change a verdict: what they make of a program means the same under what paylint assumes
// (ARCHITECTURE.md, "What is assumed").

import * as branches from './preserving/branches.mjs';
import * as conditions from './preserving/conditions.mjs';
import * as functions from './preserving/functions.mjs';
import * as homes from './preserving/homes.mjs';
import * as layout from './preserving/layout.mjs';
import * as modules from './preserving/modules.mjs';
import * as payments from './preserving/payments.mjs';
import * as values from './preserving/values.mjs';
import * as whole from './preserving/whole.mjs';

const files = [layout, values, conditions, branches, functions, payments, homes, modules, whole];

/** The operators, in the order of the files. */
export const preserving = files.flatMap((file) => Object.values(file).filter((value) => value.about));
