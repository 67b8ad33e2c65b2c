@rem The npm scripts begin with "exec", which Windows lacks. There, this file runs them, and they answer that the product needs WSL 2.
@%*
