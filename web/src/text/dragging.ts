export const dragging = {
  what: "can be moved",
  how: "Press Space or Enter to take it, the arrows to choose a place, Space or Enter to put it there, Escape to leave it.",
  begun: (name: string) => `${name} is taken. The arrows choose a place.`,
  over: (place: string) => `To be put ${place}.`,
  not: (place: string, why: string) => `Not ${place}: ${why}`,
  nowhere: "No place here.",
  done: (name: string, place: string) => `${name} was put ${place}.`,
  cancelled: (name: string) => `${name} stays where it was.`,
};
