"""The portal: what an emulator holds and does, as pages for a browser. It steers by the control API's own functions."""
