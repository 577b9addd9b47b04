export const connections = {
  title: "Connections",
  works: "Works",
  broken: "Does not work",
  testing: "Testing…",
  notTested: "Could not be tested",
};
