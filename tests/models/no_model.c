/* A library without a model. */
int answer(void);
int answer(void) {
  return 42;
}
