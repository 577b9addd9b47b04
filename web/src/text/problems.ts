/** What the checker finds, in the words of the screen: what is wrong, and how to mend it. Sentences are called as the
 * server calls them (flow/said.json), and are given what they name by titles. */

export type Named = Readonly<Record<string, string>>;
type Sentence = (named: Named) => readonly [string, string];

const useValue = "Choose it anew beside the cards, under Use a value.";
const takeAway = "Take it away, in the YAML if the card does not show it.";
const giveType = (type: string | undefined) => `Give it a value of type ${type}.`;
const makeNumber = "Make a number of the text first: with Assign, and there a field of type number.";
const correctJson = "Correct it; if it is no JSON, say in the headers which Content-Type it has.";
const inYaml = "Correct it in the YAML.";

const branches: Record<string, Sentence> = {
  "bad-branch/few": ({ title }) => [`${title} needs two lanes or more.`, "Add a branch."],
  "bad-branch/marks": ({ title }) => [`${title} has no branches of this kind.`, inYaml],
  "bad-branch/no-when": ({ title }) => [`${title} has no branch with a condition.`, "Add a branch."],
  "bad-branch/otherwise-last": () => [
    "The branch “otherwise” is not the last one: those behind it are never taken.",
    "Take it away, and add it anew at the end.",
  ],
  "bad-branch/same-name": ({ name }) => [`Two lanes are called “${name}”.`, "Give one of them another name."],
  "bad-branch/try": ({ title }) => [
    `${title} has one branch that is tried, and one for when it fails.`,
    inYaml,
  ],
  "call-and-do": () => [
    "It has a helper flow and cards in place; only one of them can be its rounds.",
    "Choose at “Cards in place, or a helper flow”, or move the cards out.",
  ],
  "needless-body": ({ title }) => [`${title} takes no cards inside.`, "Move them out."],
  "needless-branches": ({ title }) => [`${title} takes no branches.`, "Move the cards out of them."],
  "needless-call": ({ title }) => [`${title} calls no helper flow.`, takeAway],
  "output-not-set/branch": ({ number, name }) => [
    `Branch ${number} does not hand on “${name}”; it will be empty.`,
    "Give it a value under “Hands on” of that branch, or leave it so if it is to be empty.",
  ],
  "output-not-set/lanes": ({ name }) => [
    `No lane hands on “${name}”; it will be empty.`,
    "Give it a value under “Hands on” of a lane, or leave it so if it is to be empty.",
  ],
  "output-not-set/otherwise": () => [
    "If no condition holds, nothing is handed on, and it will be empty.",
    "Add otherwise, and give the values there; or leave it so if they are to be empty.",
  ],
  "two-sources/lanes": ({ first, second, name }) => [
    `The lanes “${first}” and “${second}” both hand on “${name}”.`,
    "Give each a name of its own.",
  ],
  "unknown-output/branch": ({ name }) => [
    `The branch hands on “${name}”, which the card does not give.`,
    "Add it to what the branches hand on, or take it away.",
  ],
};

const calls: Record<string, Sentence> = {
  "helper-circle": ({ flow }) => [
    `${flow} leads back to this flow.`,
    "Make sure that the circle ends; 250 levels are the most.",
  ],
  "missing-call": ({ title }) => [`${title} needs a helper flow.`, "Choose one."],
  "missing-call/or-cards": ({ title }) => [
    `${title} has nothing to do in its rounds.`,
    "Add a card inside, or choose a helper flow.",
  ],
  "missing-input/flow": ({ flow, name }) => [
    `${flow} is not given “${name}”; it will be empty there.`,
    "Give it a value, or leave it so if it is to be empty.",
  ],
  "not-a-helper": ({ flow }) => [
    `${flow} is started by an event of its own and cannot be called.`,
    "Choose a helper flow.",
  ],
  "not-returned": ({ flow, name }) => [
    `${flow} does not return “${name}”; it will be empty.`,
    "Take it away here, or have the helper flow return it.",
  ],
  "not-returned/by-body": ({ title }) => [
    `The cards inside give nothing, and ${title} takes what they give.`,
    "End them with Return, and choose there that it ends the round.",
  ],
  "not-returned/by-flow": ({ title, flow }) => [
    `${flow} returns nothing, and ${title} takes what it returns.`,
    "End the helper flow with Return.",
  ],
  "not-returned/several": ({ title, flow }) => [
    `${title} takes one true or false, and ${flow} returns several fields.`,
    "Let it return one field.",
  ],
  "unknown-flow": () => ["The helper flow that is chosen is not there.", "Choose another one."],
  "unknown-input/flow": ({ flow, name }) => [
    `${flow} takes no “${name}”: nobody would see this value.`,
    "Take it away, or add it to what the helper flow takes.",
  ],
};

const cards: Record<string, Sentence> = {
  "connection-of-others": ({ connection }) => [
    `The connection ${connection} is for others than you to build with.`,
    "Choose another one, or ask one of those whom it is for.",
  ],
  "missing-connection": ({ title, connector }) => [
    `${title} needs a connection to ${connector}.`,
    "Choose one; under Connections one can be made.",
  ],
  "missing-input": () => ["This field is needed.", "Give it a value."],
  "missing-input/object": () => ["This field is needed.", "Give it a value."],
  "missing-option": () => ["This is to be chosen.", "Choose one."],
  "needless-connection": ({ title }) => [`${title} uses no connection.`, takeAway],
  "outputs-not-free": ({ title }) => [`What ${title} gives is fixed.`, "Take the fields away."],
  "reserved-output": ({ title, name }) => [`${title} gives “${name}” already.`, "Call this one otherwise."],
  "reserved-output/error": () => [
    "Where the flow goes on after an error, the card gives “error” already: what went wrong.",
    "Call this one otherwise.",
  ],
  "two-sources": ({ name }) => [`“${name}” comes from two places.`, "Take one of them away."],
  "unknown-card": () => [
    "This card is not known here: its connector may be gone, or it is of a newer Keyturn.",
    "Take the card out, or have its connector put in.",
  ],
  "unknown-card/event": () => [
    "What the flow starts with is not known here: its connector may be gone, or it is of a newer Keyturn.",
    "Choose anew what starts the flow.",
  ],
  "unknown-card/is-event": ({ title }) => [`${title} starts flows, and is no card.`, "Take it out."],
  "unknown-card/left-out": ({ why, how }) => [String(why), String(how)],
  "unknown-card/starts-nothing": ({ title }) => [
    `${title} starts no flow.`,
    "Choose anew what starts the flow.",
  ],
  "unknown-choice": ({ value }) => [`“${value}” is none of the choices.`, "Choose one from the list."],
  "unknown-choice/source": ({ value, name }) => [
    `“${value}” is none of the places that “${name}” can come from.`,
    "Choose one from the list.",
  ],
  "missing-column": () => ["No column is chosen.", "Choose one, or take away what is to have it."],
  "unknown-column": ({ name, names }) => [`The table has no column “${name}”.`, `Its columns are: ${names}.`],
  "unknown-column/reference": ({ reference, name, names }) => [
    `${reference} leads to nothing: the table has no column “${name}”.`,
    `Its columns are: ${names}. ${useValue}`,
  ],
  "unknown-connection": () => ["The connection that is chosen is not there.", "Choose another one."],
  "unknown-input": ({ title, name }) => [`${title} has no field “${name}”.`, takeAway],
  "unknown-input/object": ({ title, name }) => [`${title} has no field “${name}”.`, "Take it away."],
  "unknown-option": ({ title, name }) => [`${title} has nothing to choose called “${name}”.`, takeAway],
  "unknown-output/source": ({ name }) => [
    `“${name}” is no field that the flow starts with.`,
    "Add a field of that name, or take this away.",
  ],
  "unknown-table": () => ["The table that is chosen is not there.", "Choose another one."],
  "not-unique": ({ name, names }) => [
    `The column “${name}” is not unique, so that it cannot tell which row is meant.`,
    names ? `Unique are: ${names}.` : "Make a column of the table unique.",
  ],
  "wrong-connection": ({ title, connection, connector }) => [
    `${connection} is a connection to another app, and ${title} needs one to ${connector}.`,
    "Choose another one.",
  ],
};

const conditions: Record<string, Sentence> = {
  "bad-condition/deep": ({ most }) => [
    "The groups of comparisons are nested too deep.",
    `${most} levels are the most.`,
  ],
  "bad-condition/empty-group": () => [
    "A group holds no comparison.",
    "Add a comparison, or take the group away.",
  ],
  "bad-condition/group-and-more": () => ["A group holds something else beside its comparisons.", inYaml],
  "bad-condition/no-comparison": () => [
    "It is not said how the values are compared.",
    "Choose a comparison.",
  ],
  "bad-condition/no-condition": () => ["There is nothing to compare.", "Add a comparison."],
  "bad-condition/no-first": () => ["The first value is missing.", "Give the value that is compared."],
  "bad-condition/no-operator": ({ value }) => [`“${value}” is no comparison.`, "Choose one from the list."],
  "bad-condition/no-second": () => [
    "The second value is missing.",
    "Give the value that the first one is compared with.",
  ],
  "bad-condition/unknown-name": ({ name }) => [`A comparison has no part “${name}”.`, inYaml],
  "empty-comparison": () => [
    "The first value is empty: nothing is compared, and what this decides is always the same.",
    "Give the value that is compared, or take the comparison away.",
  ],
  "mixed-comparison": ({ text, number }) => [
    `“${text}” is text and “${number}” is a number: they are compared as text.`,
    makeNumber,
  ],
  "mixed-comparison/typed": ({ text, number }) => [
    `“${text}” is text and “${number}” is a number: they are compared as text.`,
    "Type a number instead.",
  ],
  "mixed-comparison/inputs": () => ["A text meets a number: they are compared as text.", makeNumber],
  "mixed-comparison/items": ({ type, value }) => [
    `The items are ${type}, and “${value}” is not: they are compared as text.`,
    "Compare with a value of the type of the items.",
  ],
};

const references: Record<string, Sentence> = {
  "bad-reference": ({ why }) => [`Between {{ and }} stands something that is no value: ${why}.`, useValue],
  "never-there/list": ({ reference, name }) => [
    `${reference} is always empty: it is a list, and only the items of a list can have “${name}”.`,
    "Go through the list with For Each, and use the item there.",
  ],
  "never-there/no-list": ({ reference, type }) => [
    `${reference} is always empty: what it looks for an item in is ${type}, and no list.`,
    useValue,
  ],
  "never-there/plain": ({ reference, type, name }) => [
    `${reference} is always empty: ${type} has no “${name}” in it.`,
    useValue,
  ],
  "reference-into-branch": ({ reference, root }) => [
    `${reference} cannot be seen from here: “${root}” is inside a branch or loop that this card is not in.`,
    "Hand the value on from the branch, and use it of the card around.",
  ],
  "reference-into-branch/before": ({ reference, root }) => [
    `${reference} cannot be seen from here: “${root}” is inside a branch or loop that this card is not in.`,
    `Move this card behind the one that has “${root}” inside it, and hand the value on from the branch.`,
  ],
  "reference-to-itself": ({ reference, root }) => [
    `${reference} is not there yet: “${root}” gives nothing before it is done, and this is part of it.`,
    "Use a value of a card before it.",
  ],
  "reference-to-later-card": ({ reference, root }) => [
    `${reference} is not there yet: “${root}” comes later.`,
    "Move this card behind it.",
  ],
  "unknown-output": ({ reference, root }) => [
    `${reference} leads to nothing: “${root}” gives no such value.`,
    useValue,
  ],
  "unknown-reference": () => ["It uses a value of a card that is not in this flow.", useValue],
  "unknown-reference/root": ({ reference }) => [
    `${reference} is nothing that there is here.`,
    "Items and rounds are only inside a loop, an error only where it is caught.",
  ],
};

const schedules: Record<string, Sentence> = {
  "bad-cron": ({ value }) => [
    `“${value}” is no cron text for a time that ever comes.`,
    "It has five parts: minute (0 to 59), hour (0 to 23), day of the month (1 to 31), month (1 to 12), day of the week (0 to 6, or MON); for example 0 9 * * MON.",
  ],
  "bad-schedule/both": () => ["The cron text says all of it already.", "Empty this field, or the cron text."],
  "bad-schedule/day": ({ value }) => [
    `“${value}” is no day of a month.`,
    "Give 1 to 31; in shorter months 31 is the last day.",
  ],
  "bad-schedule/end": () => ["It ends before it starts.", "Correct one of the two."],
  "bad-schedule/fraction": ({ value }) => [`${value} is no whole number.`, "Choose a smaller unit."],
  "bad-schedule/instant": ({ value }) => [`“${value}” is no date and time.`, "Write it as 2026-12-01T09:00."],
  "bad-schedule/long": ({ value, most }) => [
    `${value} is too much; ${most} is the most.`,
    "Choose a larger unit.",
  ],
  "bad-schedule/needless": ({ unit }) => [
    `This means nothing where it goes by ${unit}.`,
    "Empty it, or choose another unit.",
  ],
  "bad-schedule/no-number": () => ["This is no number.", "Give a number."],
  "bad-schedule/nothing": () => ["It is not said when the flow starts.", "Choose how often."],
  "bad-schedule/time": ({ value }) => [`“${value}” is no time of day.`, "Write it as 09:00 or 17:30."],
  "bad-schedule/unit": ({ value }) => [`“${value}” is none of the units.`, "Choose one from the list."],
  "bad-schedule/weekday": ({ value }) => [`“${value}” is no day of the week.`, "Choose of the days."],
  "interval-too-short": ({ value }) => [`${value} is too short.`, "Give 1 or more."],
  "never-due": () => ["These times never come.", "Correct the days and months, or when it starts and ends."],
  "unknown-zone": ({ value }) => [
    `There is no time zone “${value}”.`,
    "Write it as Europe/Berlin, America/New_York or UTC.",
  ],
};

const shapes: Record<string, Sentence> = {
  "bad-id": ({ value }) => [
    `“${value}” cannot be an id.`,
    "Small letters, digits and _ are in ids; in those of flows also -.",
  ],
  "bad-number": () => ["This number is none that a flow can hold.", "Give another one."],
  "bad-number/long": () => ["The number is too long to be held exactly.", "Give it as text."],
  "bad-text": ({ value }) => [`The text “${value}” holds half a character.`, "Take it out."],
  "bad-value/shape": ({ expected }) => [`This does not fit: here belongs ${expected}.`, "Correct it."],
  "bad-value/status": ({ value }) => [
    `“${value}” is no status of an answer.`,
    "Write for example 429, 503, 5xx or any, with commas between.",
  ],
  "duplicate-flow": () => ["Another flow has the same id.", inYaml],
  "duplicate-id": () => ["Another card has the same id.", inYaml],
  "missing-key": ({ name }) => [`“${name}” is missing.`, inYaml],
  "not-a-flow": () => ["This is no flow.", inYaml],
  "reserved-id": () => ["A card cannot have this id.", inYaml],
  "too-deep": ({ most }) => [
    `It is nested over ${most} levels deep.`,
    "Put the cards inside into a helper flow.",
  ],
  "unknown-key": ({ name }) => [`“${name}” means nothing here.`, "Take it out of the YAML."],
};

const values: Record<string, Sentence> = {
  "bad-address": ({ why, how }) => [String(why), String(how)],
  "bad-option": () => [
    "This is chosen while the flow is made; it cannot be a value of another card.",
    "Choose it, or use If/Else with a card for each.",
  ],
  "bad-type": ({ value }) => [`“${value}” is no type.`, "Choose one from the list."],
  "bad-value": ({ why, type }) => [`The value does not fit: ${why}.`, giveType(type)],
  "bad-value/no-type": ({ value, type }) => [`The value “${value}” does not fit.`, giveType(type)],
  "body-no-json": () => ["This begins as JSON does, and is none: it would be sent as it is.", correctJson],
  "body-no-json/ends": () => [
    "This begins as JSON does and ends too early: a bracket or quotation mark is not closed.",
    correctJson,
  ],
  "bad-value/source": ({ name }) => [`It is not said where “${name}” comes from.`, "Write a name."],
  "bad-value/sources": () => ["It is not said where the fields come from.", "Write a name for each."],
  "conversion-may-fail": ({ how }) => [
    `The value is converted, ${how}, and not each value can be.`,
    "Make sure that it always fits, or look at it before.",
  ],
  "one-item": ({ value }) => [
    `This is one item, not several: “${value}”. There will be one round.`,
    "Give it a list of another card; Split makes one of a text (separator “,”).",
  ],
  "no-conversion": ({ how, type }) => [`The value does not fit: ${how}.`, giveType(type)],
};

const whenItFails: Record<string, Sentence> = {
  "bad-on-error/call": () => ["A flow is chosen that is not called.", "Choose “End by another flow”."],
  "bad-on-error/no-call": () => ["The flow that is to end it is not chosen.", "Choose one."],
  "bad-on-error/values": () => [
    "Values are given that nobody would see.",
    "Choose “End the flow with values” or “Go on with the next card”.",
  ],
  "bad-wait": ({ value }) => [
    `“${value}” is no length of time.`,
    "Write for example 5s, or a range that grows: 1s..30s.",
  ],
  "bad-wait/long": () => ["The wait is over a year.", "366 days are the most."],
  "bad-wait/order": ({ value }) => [
    `The longest wait of ${value} is shorter than the shortest.`,
    "Write the shorter one first: 1s..30s.",
  ],
  "bad-wait/untried": ({ status }) => [
    `There is a wait for ${status}, which is not tried again.`,
    "Name it at “On these answers” too.",
  ],
};

export const problems: Readonly<Record<string, Sentence>> = {
  ...branches,
  ...calls,
  ...cards,
  ...conditions,
  ...references,
  ...schedules,
  ...shapes,
  ...values,
  ...whenItFails,
};
