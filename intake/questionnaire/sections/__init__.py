"""One module for each section of the form, in the patient's words. Content and ids: clinical review only."""
