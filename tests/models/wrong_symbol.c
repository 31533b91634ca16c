/* A library whose phasic_model is a function. */
int phasic_model(void);
int phasic_model(void) {
  return 42;
}
