export const compare = {
  title: "Two runs",
  of: (flow: string) => `Two runs of ${flow}`,
  all: "Show what is the same, too",
  same: "the same",
  differs: "differs",
  nothing: "Nothing differs: the same values went in and came out.",
  otherFlow: "These are runs of two different flows; cards are paired by their ids.",
  inRound: (round: number) => `round ${round}`,
  nextRound: "Next round that differs",
  roundsSame: (from: number, to: number) =>
    to < from ? "There are no further rounds." : `Rounds ${from} to ${to} are the same.`,
  choose: "Compare",
  chooseTitle: "Compare with which run?",
  chooseWhat: "The latest runs of this flow.",
  none: "This flow has no other run.",
  list: "Runs to compare with",
};
