export const settings = {
  title: "Settings",
  about: "About",
  version: "Version",
  address: "Address",
  set: "What the operator has set",
  setHow: "Settings are environment variables of the server; they are read when it starts.",
  unset: "not set",
  doctor: "Is everything alive?",
  doctorWhat: "Looks at everything that claims to be alive, mends what can be mended, and tells.",
  look: "Look now",
  good: "All is well",
  bad: "Something needs you",
};
