export const home = {
  title: "Home",
  recent: "Latest runs",
  all: "All runs",
  none: "Nothing has run yet. A run begins when an event comes that an active flow listens to, or by hand.",
};
