export const flow = {
  event: "Event",
  row: "Cards of the flow",
  otherwise: "otherwise",
  try: "try",
  catch: "if it fails",
  when: (number: number) => `branch ${number}`,
  body: "for each",
  fold: (title: string) => `Fold ${title}`,
  unfold: (title: string) => `Unfold ${title}`,
  cardsInside: (count: number) => (count === 1 ? "1 card" : `${count} cards`),
  calls: (name: string) => `calls ${name}`,
  emptyLane: "nothing to do",
};
